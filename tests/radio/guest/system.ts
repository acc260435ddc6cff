import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Variant } from '@jellybrick/dbus-next';
import type { Bus } from './bus.js';

/** Programs of a machine, bluetoothd first, and what it keeps. What they say goes to the console. */

/** Each machine has one. */
export const adapter = '/org/bluez/hci0';
const lookEveryMs = 250;
const mostTries = 5;

export class Program {
  readonly #argv: readonly [string, ...string[]];
  #child: ChildProcess | null = null;

  constructor(...argv: [string, ...string[]]) {
    this.#argv = argv;
  }

  start(): void {
    const [program, ...rest] = this.#argv;
    this.#child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** Resolves with the exit code when it has ended; null when a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  }
}

export class Bluetoothd {
  readonly #bus: Bus;
  readonly #program = new Program('/usr/libexec/bluetooth/bluetoothd', '-n');

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  start(): void {
    this.#program.start();
  }

  /** Resolves with the address of the adapter once there is one. */
  async adapter(withinMs: number): Promise<string> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      const objects = await this.#bus.objects().catch(() => ({}) as Record<string, never>);
      const found = objects[adapter]?.['org.bluez.Adapter1'];
      if (found !== undefined) return (found['Address'] as Variant<string>).value;
      if (performance.now() > endMs) throw new Error('bluetoothd has found no adapter');
      await sleep(lookEveryMs);
    }
  }

  /** Without a goodbye, as when it crashes. */
  async kill(): Promise<void> {
    await this.#program.end('SIGKILL');
  }
}

/** The key that BlueZ keeps of the bond between an adapter and a device; null without one. */
export function keptKey(adapterAddress: string, device: string): string | null {
  const file = `/var/lib/bluetooth/${adapterAddress}/${device}/info`;
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  return /LongTermKey\]\nKey=([0-9A-F]{32})/.exec(text)?.[1] ?? null;
}

/** Kernels give up on a controller after seconds, and a busy host takes longer: a start is tried some times. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries) throw error;
      process.stdout.write(`try ${tries}: ${String(error)}\n`);
    }
  }
}
