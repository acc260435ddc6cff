import { join } from 'node:path';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { currentTimeUuid } from '@hemma/protocols/profiles/common/greeting.js';
import { recordAccessUuid } from '@hemma/protocols/profiles/common/record-access.js';
import { glucoseContextUuid } from '@hemma/protocols/profiles/glucose.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { VirtualGattDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { VirtualDeviceOptions } from '@hemma/simulators/devices/virtual-device.js';
import { Air } from '@hemma/simulators/radio/air.js';
import { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { serveAir } from '@hemma/simulators/radio/server.js';
import type { AirServer } from '@hemma/simulators/radio/server.js';

/** Virtual devices on a virtual radio in this process; gateways in theirs listen to it. */

/** Devices pause so much shorter between values than real ones; they advertise as long. */
const hurry = 10;

const clock = new SystemClock({ trust: 'synced' });
/** The time of virtual devices in a test. */
export const hurried: Pick<Clock, 'wall' | 'after' | 'sleep'> = {
  wall: () => clock.wall(),
  after: (ms, fn) => clock.after(ms, fn),
  sleep: (ms, signal) => clock.sleep(ms / hurry, signal),
};

export interface PlacedDevice {
  readonly model: string;
  readonly address: string;
  readonly virtual: VirtualGattDevice;
  readonly peripheral: WatchedPeripheral;
}

export class TestRadio {
  readonly socket: string;
  readonly devices: PlacedDevice[] = [];
  readonly #air: Air;
  #server: AirServer | null = null;

  /** The socket for gateways lies in `folder`. */
  constructor(folder: string, seed = 1) {
    this.socket = join(folder, 'hci');
    const log = createLog('air', 'silent');
    this.#air = new Air({ clock, random: seededRandom(seed), log });
  }

  async start(): Promise<void> {
    this.#server = await serveAir(this.#air, this.socket);
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  /** Puts a model of the catalogue on the air. It switches itself off when it has told everything. */
  place(
    model: string,
    habits: VirtualDeviceOptions['habits'] = {},
    timers: VirtualDeviceOptions['clock'] = hurried,
  ): PlacedDevice {
    const device = catalogue.find(({ id }) => id === model);
    if (device?.transport !== 'gatt') throw new Error(`There is no GATT device "${model}".`);
    const number = String(this.devices.length + 1).padStart(2, '0');
    const address = `C0:FF:EE:00:00:${number}`;
    const options = {
      clock: timers,
      address,
      serialNumber: `SN${number}`,
      habits: { leaves: true, ...habits },
    };
    const virtual = new VirtualGattDevice(device, options);
    const peripheral = new WatchedPeripheral(this.#air, virtual.definition);
    virtual.serve(peripheral);
    const placed = { model, address, virtual, peripheral };
    this.devices.push(placed);
    return placed;
  }

  /** Somebody presses the key of every device. */
  wake(): void {
    for (const { virtual } of this.devices) virtual.wake();
  }
}

/** What is sent beside readings: answers of the record store, and the time. */
const noReadings = new Set([recordAccessUuid, currentTimeUuid, glucoseContextUuid]);

/** Tells when a reading has gone out. */
class WatchedPeripheral extends Peripheral {
  readonly #listeners: (() => void)[] = [];

  /** Calls back after every reading that was on the air. */
  onReadingSent(listener: () => void): void {
    this.#listeners.push(listener);
  }

  override async indicate(characteristic: string, octets: Uint8Array): Promise<void> {
    await super.indicate(characteristic, octets);
    this.#tell(characteristic);
  }

  override async notify(characteristic: string, octets: Uint8Array): Promise<void> {
    await super.notify(characteristic, octets);
    this.#tell(characteristic);
  }

  #tell(characteristic: string): void {
    if (noReadings.has(characteristic)) return;
    for (const listener of this.#listeners) listener();
  }
}
