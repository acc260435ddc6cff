import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Bus } from './bus.js';

/** The processes of the machine: bluetoothd, and the gateway as it is shipped. */

export const hosts = { gateway: '/org/bluez/hci0', device: '/org/bluez/hci1' } as const;
/** btvirt gives its controllers these addresses, in this order. */
export const addresses = { gateway: '00:AA:01:00:00:00', device: '00:AA:01:01:00:01' } as const;
export const model = 'and-ua-651ble';

const folder = '/run/hemma';
const settingsFile = '/run/gateway.json';
const gatewayProgram = join(import.meta.dirname, '../../../../../gateway/bin/hemma-gateway.mjs');
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

/** What BlueZ keeps of the gateway's bond; null without a key. */
export function keptKey(): string | null {
  const file = `/var/lib/bluetooth/${addresses.gateway}/${addresses.device}/info`;
  if (!existsSync(file)) return null;
  return /\[LongTermKey\]\nKey=([0-9A-F]{32})/.exec(readFileSync(file, 'utf8'))?.[1] ?? null;
}

export class Gateway {
  #child: ChildProcess | null = null;

  start(): void {
    const settings = {
      ...{ gateway: 'gw-radio', secret: 'secret', patient: 'p-00000001', clock: 'trusted' },
      // Nobody is there: this is about what reaches the outbox.
      ...{ broker: 'mqtt://127.0.0.1:9', dataDir: folder, logLevel: 'debug' },
      devices: [{ model, address: addresses.device }],
    };
    writeFileSync(settingsFile, JSON.stringify(settings));
    const args = [gatewayProgram, 'run', '--settings', settingsFile];
    this.#child = start(process.execPath, args, '/run/gateway.log');
  }

  async stop(): Promise<void> {
    if (this.#child !== null) await kill(this.#child, 'SIGTERM');
  }

  /** Systolic pressures in the outbox, in the order of their numbers. */
  pressures(): number[] {
    const file = join(folder, 'outbox.sqlite');
    if (!existsSync(file)) return [];
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const texts = db.prepare<[], string>('SELECT text FROM outbox ORDER BY seq').pluck().all();
      return texts.map((text) => systolicOf(JSON.parse(text)));
    } catch {
      // The gateway has only just made the file.
      return [];
    } finally {
      db.close();
    }
  }

  /** Codes with which sessions ended, in order. */
  codes(): string[] {
    return this.#lines()
      .filter(({ msg }) => msg === 'session ended early')
      .map(({ code }) => code ?? 'none');
  }

  #lines(): { msg?: string; code?: string }[] {
    const text = readFileSync('/run/gateway.log', 'utf8');
    return text
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as { msg?: string; code?: string });
  }
}

function systolicOf(measurement: unknown): number {
  const { values } = measurement as { values: { code: string; value: number }[] };
  return values.find(({ code }) => code === 'systolic_bp')?.value ?? NaN;
}

/** What is kept of bonds at the device's end: folders with its central's name. */
export function bondsOfDevice(): string[] {
  const own = `/var/lib/bluetooth/${addresses.device}`;
  return existsSync(own) ? readdirSync(own).filter((name) => name === addresses.gateway) : [];
}
