import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CloudProcess, patient } from '../support/cloud-process.js';
import { measurementOf } from '../support/readings.js';
import { Control } from './control.js';
import type { Hands } from './control.js';
import { Machine, prepare } from './machine.js';

/**
 * A home and a cuff, each a machine with a kernel and a bluetoothd of its own, in one air; and the cloud, which
 * the gateway reaches as from anywhere.
 */

const gatewayId = 'gw-radio';
/** Two kernels that start at once on two cores that are busy with something else. */
const bootWithinMs = 400_000;
const lookEveryMs = 500;
/** A device advertises for a minute; somebody presses its key once more before that. */
const wakeEveryMs = 15_000;

const endedSchema = z.object({ code: z.int().nullable(), stdout: z.string(), stderr: z.string() });
const cuffSchema = z.object({ connected: z.boolean(), visits: z.int(), pairings: z.int() });

export class Lab {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hemma-radio-'));
  readonly #cloud = new CloudProcess(join(this.#folder, 'cloud'));
  readonly #control = new Control();
  #machines: readonly Machine[] = [];
  #home!: Hands;
  #cuff!: Hands;
  #addresses = { home: '', cuff: '' };

  /** Resolves when both ends are on the air and the gateway runs; no bond is made. */
  async start(): Promise<void> {
    const made = prepare();
    await this.#control.start();
    const called = Promise.all([this.#control.from('home'), this.#control.from('cuff')]);
    this.#machines = this.#both(made);
    for (const machine of this.#machines) machine.start();
    await this.#cloud.configure();
    await this.#cloud.addPatient();
    const secret = await this.#cloud.addGateway(gatewayId);
    await this.#cloud.daemon.start();
    const dead = this.#machines.map((machine) => machine.ended());
    const both = Promise.race([called, ...dead]);
    [this.#home, this.#cuff] = await within(bootWithinMs, 'both machines', both);
    const [home, cuff] = await Promise.all([
      this.#home.call('startBluetoothd'),
      this.#cuff.call('start'),
    ]);
    this.#addresses = { home: z.string().parse(home), cuff: z.string().parse(cuff) };
    await this.#home.call('configure', this.#settings(secret));
    await this.#home.call('startGateway');
  }

  async stop(): Promise<void> {
    this.#control.stop();
    for (const machine of this.#machines) await machine.stop();
    await this.#cloud.daemon.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get address(): string {
    return this.#addresses.cuff;
  }

  /** The patient measures; the cuff then advertises for a while. */
  async measure(...systolic: number[]): Promise<void> {
    for (const value of systolic) await this.#cuff.call('measure', value);
  }

  async cuff(): Promise<z.infer<typeof cuffSchema>> {
    return cuffSchema.parse(await this.#cuff.call('state'));
  }

  /** A command of `hemma-gateway` in the home; its exit code and what it says. */
  async hemma(...args: string[]): Promise<{ code: number | null; said: string }> {
    const ended = endedSchema.parse(await this.#home.call('hemma', ...args));
    return { code: ended.code, said: `${ended.stdout}${ended.stderr}` };
  }

  /** Which key BlueZ keeps in the home of the bond with the cuff. */
  async keptKey(): Promise<string | null> {
    const { home, cuff } = this.#addresses;
    return z
      .string()
      .nullable()
      .parse(await this.#home.call('keptKey', home, cuff));
  }

  /** bluetoothd dies in the home and is started again, as systemd would. */
  async restartBluetoothd(): Promise<void> {
    await this.#home.call('killBluetoothd');
    // As long as systemd waits.
    await sleep(1_000);
    await this.#home.call('startBluetoothd');
  }

  /** Resolves with the exit code of the gateway. */
  async stopGateway(): Promise<unknown> {
    return this.#home.call('stopGateway');
  }

  /** Systolic pressures in the cloud's journal, in its order: each once, or the gateway or cloud is wrong. */
  arrived(): number[] {
    return this.#cloud.journal().map((row) => {
      const { values } = measurementOf(row);
      return values.find(({ code }) => code === 'systolic_bp')?.value ?? NaN;
    });
  }

  /** What staff see that is wrong with the gateway. */
  async problems(): Promise<readonly string[]> {
    return (await this.#cloud.gateway(gatewayId))?.problems ?? [];
  }

  async refused(): Promise<unknown> {
    return this.#cloud.refused();
  }

  /** Waits until it holds, and keeps the cuff awake meanwhile. Rejects with the name when it takes too long. */
  async until(what: string, withinMs: number, holds: () => boolean | Promise<boolean>) {
    const endMs = Date.now() + withinMs;
    const press = (): void => void this.#cuff.call('wake').catch(() => undefined);
    press();
    const waking = setInterval(press, wakeEveryMs);
    try {
      while (!(await holds())) {
        if (Date.now() > endMs) throw new Error(`${what}: not within ${withinMs / 1_000} s`);
        await sleep(lookEveryMs);
      }
    } finally {
      clearInterval(waking);
    }
  }

  /** The one at home begins once the line to the other is there. */
  #both(made: string): readonly Machine[] {
    const [control, air] = [this.#control.port, join(this.#folder, 'air')];
    const line = 'socket,id=air,path=';
    return [
      new Machine({
        ...{ role: 'home', made, control, memoryMiB: 768, processors: 2 },
        air: [
          ...['-chardev', `${line}${air},server=on,wait=on`, '-device', 'virtio-serial-pci'],
          ...['-device', 'virtserialport,chardev=air,name=air'],
        ],
      }),
      new Machine({
        ...{ role: 'cuff', made, control, memoryMiB: 512, processors: 1 },
        air: ['-chardev', `${line}${air},reconnect=1`, '-serial', 'chardev:air'],
      }),
    ];
  }

  #settings(secret: string): object {
    return {
      ...{ gateway: gatewayId, secret, patient },
      broker: this.#cloud.brokerUrl.replace('127.0.0.1', '10.0.2.2'),
      dataDir: '/var/lib/hemma',
      // These tests count readings; whose they are has tests of its own.
      devices: [{ model: 'and-ua-651ble', address: this.#addresses.cuff, use: 'own' }],
    };
  }
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${what}: not within ${ms / 1_000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
