/** A virtual serial device behind a pseudo-terminal, for the unmodified `serialport` package. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Clock } from '@hemma/runtime/clock.js';
import type { VirtualSerialDevice } from './device.js';

/** socat makes its terminal in some milliseconds; a loaded machine may take much longer. */
const terminalDeadlineMs = 10_000;
const lookAgainMs = 10;
/** Octets nobody reads: what the terminal and the pipe to socat hold, and no more. */
const maxUnread = 64 * 1024;

export interface Pty {
  /** The path to open, a link to the terminal. */
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Makes a terminal with socat and links it to the path. Rejects when socat is not installed, ends,
 * or makes no terminal in ten seconds.
 */
export async function attachPty(
  device: VirtualSerialDevice,
  path: string,
  clock: Pick<Clock, 'sleep' | 'monotonicMs'>,
): Promise<Pty> {
  const terminal = `PTY,link=${path},raw,echo=0`;
  const socat = spawn('socat', [terminal, 'STDIO'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let ended = false;
  const end = once(socat, 'close').finally(() => (ended = true));
  socat.stdin.on('error', () => undefined); // socat has ended, which `end` tells
  try {
    await Promise.race([
      end.then(() => Promise.reject(new Error('socat ended'))),
      terminalMade(path, clock, () => ended),
    ]);
  } catch (error) {
    socat.kill();
    throw error;
  }
  plugIn(device, socat);
  return {
    path,
    close: async () => {
      socat.kill();
      await end;
      device.onClosed();
    },
  };
}

async function terminalMade(
  path: string,
  clock: Pick<Clock, 'sleep' | 'monotonicMs'>,
  givenUp: () => boolean,
): Promise<void> {
  const deadline = clock.monotonicMs() + terminalDeadlineMs;
  while (!existsSync(path) && !givenUp()) {
    if (clock.monotonicMs() > deadline) throw new Error(`no terminal at ${path}`);
    await clock.sleep(lookAgainMs);
  }
}

function plugIn(device: VirtualSerialDevice, socat: ChildProcessWithoutNullStreams): void {
  socat.stdout.on('data', (octets: Buffer) => device.onOctets(octets));
  device.onOpened((octets) => {
    if (socat.stdin.writable && socat.stdin.writableLength < maxUnread) socat.stdin.write(octets);
  });
}
