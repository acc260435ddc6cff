import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './requires.js';

/** Starting and ending real servers for tests: each in its own folder, on loopback, by its pid. */

/** Servers answer within a second; a loaded test machine takes a few. */
const startDeadlineMs = 30_000;
const pollMs = 50;
/** Longer than this after being asked to end, a server is killed. */
const stopDeadlineMs = 5_000;

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  /** Runs as this user when the tests run as root. */
  readonly owner?: Owner | null;
  /** Whether it serves yet. */
  readonly answers: () => Promise<boolean>;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Resolves when the server answers; throws with its last words when it does not. */
export async function launch(options: Launch): Promise<ChildProcess> {
  const path = findProgram(options.program);
  if (path === null) throw new Error(`${options.program} is not installed.`);
  const child = spawn(path, options.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.owner ?? {}),
  });
  let said = '';
  const listen = (text: Buffer): unknown => (said = (said + text.toString()).slice(-2_000));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  for (let waited = 0; waited < startDeadlineMs; waited += pollMs) {
    if (child.exitCode !== null) throw new Error(`${options.program} ended at once: ${said}`);
    if (await options.answers()) return child;
    await delay(pollMs);
  }
  await end(child);
  throw new Error(`${options.program} did not answer in ${startDeadlineMs} ms: ${said}`);
}

/** Asks a server to end, and waits until it has. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
  await ended;
  clearTimeout(late);
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}

/** A user of this machine for servers that refuse to run as root; null when we are not root. */
export function unprivileged(name: string): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const row = users.find((line) => line.startsWith(`${name}:`))?.split(':');
  if (row === undefined) throw new Error(`There is no user "${name}" on this machine.`);
  return { uid: Number(row[2]), gid: Number(row[3]) };
}
