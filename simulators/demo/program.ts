import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Clock } from '@hemma/runtime/clock.js';

/** The products' programs, started as a user would start them. */

const checkout = join(import.meta.dirname, '../../..');
const programs = {
  cloud: join(checkout, 'cloud/bin/hemma-cloud.mjs'),
  gateway: join(checkout, 'gateway/bin/hemma-gateway.mjs'),
};
/** Replaces the sockets below noble and serialport by those of the virtual radio. */
const preload = join(checkout, 'simulators/dist/preload.js');
export const pagesFolder = join(checkout, 'dashboards/web/dist');

const execute = promisify(execFile);

/** Runs a `hemma-cloud` command to its end; returns what it printed as JSON. */
export async function cloudCommand(...args: string[]): Promise<unknown> {
  const { stdout } = await execute(process.execPath, [programs.cloud, ...args, '--json']);
  return JSON.parse(stdout);
}

/** What `hemma-gateway status` prints as JSON. */
export async function gatewayStatus(settingsFile: string): Promise<unknown> {
  const args = [programs.gateway, 'status', '--settings', settingsFile, '--json'];
  const { stdout } = await execute(process.execPath, args);
  return JSON.parse(stdout);
}

export interface RunningProgram {
  readonly name: string;
  /** Rejects when the program ended by itself. */
  readonly ended: Promise<never>;
  stop(): Promise<void>;
}

/** Time for a program to say goodbye before it is ended hard. */
const stopDeadlineMs = 8_000;

interface ProgramFiles {
  readonly name: string;
  readonly settingsFile: string;
  /** Everything the program prints. */
  readonly logFile: string;
}

export function startCloud(files: ProgramFiles, clock: Clock): RunningProgram {
  return start([programs.cloud, 'run', '--settings', files.settingsFile], files, clock);
}

/** A gateway whose radio and serial ports are virtual; `sockets` are the environment naming them. */
export function startGateway(
  files: ProgramFiles,
  sockets: Readonly<Record<string, string>>,
  clock: Clock,
): RunningProgram {
  const args = ['--import', preload, programs.gateway, 'run', '--settings', files.settingsFile];
  return start(args, files, clock, sockets);
}

function start(
  args: readonly string[],
  { name, logFile }: ProgramFiles,
  clock: Clock,
  env: Readonly<Record<string, string>> = {},
): RunningProgram {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, [...args], {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    // Ctrl-C in the terminal must reach the demo alone: it ends its programs in order.
    detached: true,
  });
  // Whatever ends the demo, be it a second Ctrl-C or a fault, leaves no program behind.
  const endToo = (): void => void child.kill('SIGTERM');
  process.once('exit', endToo);
  const ended = once(child, 'exit').then(([code]) => {
    process.off('exit', endToo);
    throw new Error(`${name} ended with code ${String(code)}; see ${logFile}`);
  });
  // Whoever races against it sees the rejection; nobody has to.
  ended.catch(() => undefined);
  return { name, ended, stop: () => stop(child, clock) };
}

async function stop(child: ChildProcess, clock: Clock): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  const hard = clock.after(stopDeadlineMs, () => child.kill('SIGKILL'));
  child.kill('SIGTERM');
  await gone;
  hard.cancel();
}
