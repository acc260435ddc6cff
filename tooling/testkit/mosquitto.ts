import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { end, freePort, launch } from './server.js';

/** A real Mosquitto for one test file: own folder, own port on loopback. */
export interface Mosquitto {
  readonly url: string;
  /** Ends the process: what an outage looks like; SIGKILL leaves it no time for a goodbye. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again at the same address. */
  resume(): Promise<void>;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** `files` go into its folder; what `hemma.conf` says is added to the test's own settings. */
export async function startMosquitto(
  files: (folder: string) => readonly NamedText[] | Promise<readonly NamedText[]>,
): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-mosquitto-'));
  const port = await freePort();
  const written = await files(folder);
  for (const { name, text } of written) writeFileSync(join(folder, name), text);
  const conf = join(folder, 'test.conf');
  writeFileSync(conf, settings(port, written));
  let child: ChildProcess | null = null;
  const resume = async (): Promise<void> => {
    child = await launch({
      program: 'mosquitto',
      args: ['-c', conf],
      answers: () => listens(port),
    });
  };
  const halt = async (signal?: NodeJS.Signals): Promise<void> => {
    if (child !== null) await end(child, signal);
    child = null;
  };
  const stop = async (): Promise<void> => {
    await halt();
    rmSync(folder, { recursive: true, force: true });
  };
  await resume();
  return { url: `mqtt://127.0.0.1:${port}`, halt, resume, stop };
}

/** Started as root it would become another user, who may not read the folder of the test. */
function settings(port: number, files: readonly NamedText[]): string {
  const given = files.find(({ name }) => name === 'hemma.conf')?.text ?? '';
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  return `listener ${port} 127.0.0.1\n${user}log_dest stdout\nlog_type error\n${given}`;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
