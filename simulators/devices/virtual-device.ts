/**
 * A virtual device of any catalogue entry: it measures when it is told to, and behaves towards a
 * gateway as the model does.
 */
import type { Device, GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Air } from '../radio/air.js';
import type { GattServer, GattServerDefinition } from '../radio/gatt-server.js';
import { Peripheral } from '../radio/peripheral.js';
import { seededRandom, type Random } from '../radio/random.js';
import type { VirtualSerialDevice } from '../serial/device.js';
import { gattBehaviours, habitsOf, serialBehaviours } from './behaviours.js';
import { DeviceClock, type ClockError } from './common/device-clock.js';
import type { DeviceFaults, GattBehaviour, GattHost, Habits } from './common/model.js';
import type { SerialBehaviour, Stamp, Taken } from './common/model.js';
import { RecordStore } from './common/record-store.js';
import { battery, deviceInformation } from './common/standard-services.js';

export interface VirtualDeviceOptions {
  readonly clock: Pick<Clock, 'wall' | 'after' | 'sleep'>;
  /** Bluetooth address `AA:BB:CC:DD:EE:FF`; of no use to a device on a line. */
  readonly address?: string;
  readonly serialNumber: string;
  /** Of the home, IANA name. */
  readonly timeZone?: string;
  readonly clockError?: ClockError;
  readonly habits?: Partial<Habits>;
  readonly random?: Random;
}

/** How long a device advertises after a measurement or a key press. */
const advertisingMs = 60_000;
/** General discoverable, no BR/EDR (Core Specification Supplement Part A §1.3). */
const discoverable = 0x06;
const homeTimeZone = 'Europe/Stockholm';
const fixedSeed = 1;

abstract class MeasuringDevice {
  readonly faults: DeviceFaults = {
    cutAfterValues: null,
    rubbish: false,
    batteryPercent: 100,
    losesContexts: false,
  };
  readonly store: RecordStore;
  readonly deviceClock: DeviceClock;
  readonly habits: Habits;
  readonly serialNumber: string;
  readonly random: Random;
  readonly timers: VirtualDeviceOptions['clock'];

  constructor(id: string, options: VirtualDeviceOptions) {
    const { clock, timeZone = homeTimeZone, clockError = {} } = options;
    this.habits = { ...habitsOf(id), ...options.habits };
    this.store = new RecordStore(this.habits.order);
    this.deviceClock = new DeviceClock(clock, timeZone, clockError);
    this.serialNumber = options.serialNumber;
    this.random = options.random ?? seededRandom(fixedSeed);
    this.timers = clock;
  }

  /** How the device stamps a measurement of that moment; without one, of now. */
  protected stampAt(atMs: number | undefined): Stamp {
    const { deviceClock, habits } = this;
    const shown = atMs === undefined ? deviceClock.now() : deviceClock.at(atMs);
    return { deviceTime: habits.clock === 'none' ? null : shown, past: atMs !== undefined };
  }
}

/** A virtual device with Bluetooth LE. */
export class VirtualGattDevice extends MeasuringDevice implements GattHost {
  readonly device: GattDevice;
  readonly definition: GattServerDefinition;
  readonly #behaviour: GattBehaviour;
  #server: GattServer | null = null;
  #visits = 0;
  #asleep: Cancellable | null = null;

  /** Throws TypeError when its profile has no virtual device. */
  constructor(device: GattDevice, options: VirtualDeviceOptions) {
    super(device.id, options);
    this.device = device;
    const behaviour = gattBehaviours[device.profile.name];
    if (behaviour === undefined) throw new TypeError(`no virtual ${device.profile.name}`);
    this.#behaviour = behaviour(this);
    const name = `${device.recognition.namePrefix ?? 'Virtual '}${options.serialNumber}`;
    this.definition = {
      name,
      address: options.address ?? '02:00:00:00:00:01',
      services: [...this.#behaviour.services, deviceInformation(this), battery(this)],
      advertising: { name, services: device.profile.services, flags: discoverable },
    };
  }

  get server(): GattServer | null {
    return this.#server;
  }

  get visits(): number {
    return this.#visits;
  }

  /**
   * Somebody measures: now, or at a moment in the past that goes into the memory. Gives the reading
   * as the device will tell it. The device then advertises for a while.
   */
  record(taken: Taken, atMs?: number): Reading {
    const reading = this.#behaviour.take(taken, this.stampAt(atMs));
    this.wake();
    return reading;
  }

  /** Somebody presses its key: it advertises for a while. */
  wake(): void {
    this.#asleep?.cancel();
    this.#asleep = this.timers.after(advertisingMs, () => {
      this.#asleep = null;
      this.#server?.stopAdvertising();
    });
    this.#server?.startAdvertising();
  }

  /** Puts the device on the air; gives the radio's end of it, whose faults can be set. */
  attach(air: Air): Peripheral {
    const peripheral = new Peripheral(air, this.definition);
    this.serve(peripheral);
    return peripheral;
  }

  /** Lets the device speak through a server made from its `definition`. */
  serve(server: GattServer): void {
    this.#server = server;
    server.onDisconnected(() => {
      this.#visits += 1;
      if (this.#asleep !== null && this.#behaviour.waiting()) server.startAdvertising();
    });
    if (this.#asleep !== null) server.startAdvertising();
  }
}

/** A virtual device on a serial line; plug it in as a {@link VirtualSerialDevice}. */
export class VirtualLineDevice extends MeasuringDevice implements VirtualSerialDevice {
  readonly device: SerialDevice;
  readonly onOpened: VirtualSerialDevice['onOpened'];
  readonly onOctets: VirtualSerialDevice['onOctets'];
  readonly onClosed: VirtualSerialDevice['onClosed'];
  readonly #take: SerialBehaviour['take'];

  /** Throws TypeError when its profile has no virtual device. */
  constructor(device: SerialDevice, options: VirtualDeviceOptions) {
    super(device.id, options);
    this.device = device;
    const behaviour = serialBehaviours[device.profile.name];
    if (behaviour === undefined) throw new TypeError(`no virtual ${device.profile.name}`);
    const { onOpened, onOctets, onClosed, take } = behaviour(this);
    this.onOpened = onOpened;
    this.onOctets = onOctets;
    this.onClosed = onClosed;
    this.#take = take;
  }

  /** Somebody measures; see {@link VirtualGattDevice.record}. */
  record(taken: Taken, atMs?: number): Reading {
    return this.#take(taken, this.stampAt(atMs));
  }
}

/** The virtual device of a catalogue entry; throws TypeError when its profile has none. */
export function createVirtualDevice(
  device: GattDevice,
  options: VirtualDeviceOptions,
): VirtualGattDevice;
export function createVirtualDevice(
  device: SerialDevice,
  options: VirtualDeviceOptions,
): VirtualLineDevice;
export function createVirtualDevice(
  device: Device,
  options: VirtualDeviceOptions,
): VirtualGattDevice | VirtualLineDevice;
export function createVirtualDevice(
  device: Device,
  options: VirtualDeviceOptions,
): VirtualGattDevice | VirtualLineDevice {
  switch (device.transport) {
    case 'gatt':
      return new VirtualGattDevice(device, options);
    case 'serial':
      return new VirtualLineDevice(device, options);
    case 'none':
      throw new TypeError(`no virtual ${device.profile.name}`);
  }
}
