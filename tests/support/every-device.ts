import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Device, GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { Quantity } from '@hemma/protocols/reading.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import { takenWith } from '../../tooling/testkit/device-bench.js';
import { TestLines } from './lines.js';
import type { LineDevice } from './lines.js';
import { programs } from './programs.js';
import { hurried } from './radio.js';
import type { PlacedDevice } from './radio.js';
import { measurementOf } from './readings.js';
import { TestSystem } from './system.js';

/** A home with one device of every file that can be spoken with. */

/** One link at a time; a device that was not heard at once waits a minute for the next try. */
const arrivalMs = 180_000;
/** Between two tries, longer than a run in front of the gateway. */
const runMs = 15_000;
const clockedRunMs = 70_000;
/** What a gateway may ask first on a line that it has just opened. */
const settledMs = 1_500;
const pollMs = 500;
/** They keep nothing: whoever is to hear them has to be there. */
const keepsNothing: readonly string[] = ['heart-rate', 'contec-live'];
/** Whoever listens to them goes by seconds of the clock, not by values. */
const byTheClock: readonly string[] = ['contec-live'];

type Speaking = GattDevice | SerialDevice;
type Placed = PlacedDevice | LineDevice;

const scannedSchema = z.array(
  z.object({ address: z.string(), model: z.string().nullable(), known: z.string() }),
);

const speaking = catalogue.filter((device): device is Speaking => device.transport !== 'none');

function isLive({ profile }: Device): boolean {
  return keepsNothing.includes(profile.name);
}

/** A meter is on its cable with what it has in memory; other devices on a wire tell it at once. */
function measuresBefore(device: Speaking): boolean {
  return device.transport === 'gatt' ? !isLive(device) : device.kind === 'glucose_meter';
}

/** What a device measured, as it recorded it. */
export interface Recorded {
  readonly device: Speaking;
  readonly values: readonly Quantity[];
}

export class FullHome {
  readonly recorded = new Map<string, Recorded>();
  readonly #system = new TestSystem();
  readonly #lines = this.#system.endsWithTest(new TestLines(this.#system.folder, hurried));
  readonly #placed: Placed[] = [];
  readonly #ordinals = new Map<string, number>();

  /** Of the clinic page of the cloud. */
  get pageUrl(): string {
    return this.#system.cloud.pageUrl;
  }

  /** Puts every device on the air or on a wire; those with a memory measure. */
  async start(): Promise<void> {
    const { radio } = this.#system;
    await this.#system.start();
    for (const device of speaking) {
      const isGatt = device.transport === 'gatt';
      const pace = byTheClock.includes(device.profile.name)
        ? new SystemClock({ trust: 'synced' })
        : hurried;
      const placed = isGatt ? radio.place(device.id, {}, pace) : await this.#lines.place(device);
      this.#placed.push(placed);
      if (measuresBefore(device)) this.#measure(placed);
    }
  }

  /** Who advertises now, and can be told by what it says. */
  get advertising(): readonly { readonly device: GattDevice; readonly address: string }[] {
    return this.#system.radio.devices
      .map(({ virtual, address }) => ({ device: virtual.device, address }))
      .filter(({ device }) => this.recorded.has(device.id))
      .filter(({ device }) => device.recognition.onlyBySettings !== true);
  }

  /** What `hemma-gateway scan` hears. */
  async scan() {
    const options = { env: { ...process.env, HEMMA_VIRTUAL_HCI: this.#system.radio.socket } };
    const args = [
      '--import',
      programs.preload,
      programs.gateway,
      'scan',
      '--json',
      '--bluetooth',
      'noble',
    ];
    const scan = promisify(execFile)(process.execPath, [...args, '--seconds', '6'], options);
    return scannedSchema.parse(JSON.parse((await scan).stdout));
  }

  /** The gateway that knows them all by its settings. */
  async startGateway(): Promise<void> {
    const gateway = await this.#system.gateway('gw-home', { lines: this.#lines });
    await gateway.daemon.start();
  }

  /** Measures with those that somebody has to listen to, and waits until all have arrived. */
  async measureAll(): Promise<void> {
    const atOnce = this.#lines.devices.filter(({ virtual }) => !measuresBefore(virtual.device));
    await Promise.all(
      atOnce.map(async (placed) => {
        await placed.opened;
        await sleep(settledMs);
        this.#measure(placed);
      }),
    );
    const others = this.#placed.filter(({ virtual }) => !isLive(virtual.device));
    await this.#untilArrived(others, () => this.#wakeMissing());
    for (const placed of this.#placed.filter(({ virtual }) => isLive(virtual.device))) {
      this.#measure(placed);
      const isClocked = byTheClock.includes(placed.virtual.device.profile.name);
      const pauseMs = isClocked ? clockedRunMs : runMs;
      await this.#untilArrived([placed], () => this.#measure(placed), pauseMs);
    }
  }

  /** Every value in the journal, by model. */
  journal(): ReadonlyMap<string, readonly Quantity[]> {
    const byModel = new Map<string, readonly Quantity[]>();
    for (const { device, values } of this.#system.cloud.journal().map(measurementOf)) {
      if (values.length === 0) continue;
      byModel.set(device.model, [...(byModel.get(device.model) ?? []), ...values]);
    }
    return byModel;
  }

  async #untilArrived(
    devices: readonly Placed[],
    again: () => void,
    pauseMs = runMs,
  ): Promise<void> {
    const trying = setInterval(again, pauseMs);
    const missing = () => {
      const journal = this.journal();
      return devices.map(({ model }) => model).filter((model) => !journal.has(model));
    };
    try {
      const options = { timeout: arrivalMs, interval: pollMs };
      await vi.waitFor(() => expect(missing()).toEqual([]), options);
    } finally {
      clearInterval(trying);
    }
  }

  /** Somebody presses the key of what has not been read yet. */
  #wakeMissing(): void {
    const journal = this.journal();
    for (const { model, virtual } of this.#system.radio.devices)
      if (!journal.has(model) && !isLive(virtual.device)) virtual.wake();
  }

  /** Devices of one kind measure different values, the same one always the same. */
  #measure({ model, virtual }: Placed): void {
    const { device } = virtual;
    const ordinal = this.#ordinals.get(model) ?? this.#ordinalWithin(device);
    this.#ordinals.set(model, ordinal);
    const reading = virtual.record(takenWith(device.kind, ordinal));
    expect(reading.failure, model).toBeNull();
    this.recorded.set(model, { device, values: reading.values });
  }

  #ordinalWithin({ kind }: Device): number {
    return [...this.recorded.values()].filter(({ device }) => device.kind === kind).length;
  }
}
