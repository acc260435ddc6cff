import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from './bus.js';

/** bluetoothd as the machine runs it, and what it keeps. */

export const hosts = { gateway: '/org/bluez/hci0', device: '/org/bluez/hci1' } as const;
/** btvirt gives its controllers these addresses, in this order. */
export const addresses = { gateway: '00:AA:01:00:00:00', device: '00:AA:01:01:00:01' } as const;

const lookEveryMs = 250;

/** Waits until it holds; throws with the name when it takes too long. */
export async function until(
  what: string,
  withinS: number,
  holds: () => boolean | Promise<boolean>,
) {
  const endMs = performance.now() + withinS * 1_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${withinS} s`);
    await sleep(lookEveryMs);
  }
}

function start(program: string, args: readonly string[], log: string): ChildProcess {
  const out = openSync(log, 'a');
  return spawn(program, [...args], { stdio: ['ignore', out, out] });
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

export class Bluetoothd {
  readonly #bus: Bus;
  #child: ChildProcess | null = null;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  async start(): Promise<void> {
    this.#child = start('/usr/libexec/bluetooth/bluetoothd', ['-n'], '/run/bluetoothd.log');
    await until('two adapters', 60, async () => {
      const objects = await this.#bus.objects().catch(() => ({}));
      return Object.values(hosts).every((path) => path in objects);
    });
  }

  /** Without a goodbye, as when it crashes. */
  async kill(): Promise<void> {
    if (this.#child !== null) await kill(this.#child, 'SIGKILL');
  }
}

/** The key that BlueZ keeps of the bond with the cuff; null without one. */
export function keptKey(): string | null {
  const file = `/var/lib/bluetooth/${addresses.gateway}/${addresses.device}/info`;
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  return /LongTermKey\]\nKey=([0-9A-F]{32})/.exec(text)?.[1] ?? null;
}
