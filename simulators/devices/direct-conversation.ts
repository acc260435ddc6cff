/**
 * Conversations between a profile and a virtual device without radio or wire: for tests of what the
 * two say to each other. The session of the gateway does the same over a real link.
 */
import type {
  ClockOutcome,
  GattConversation,
  InformationField,
  Notification,
  SerialConversation,
  UserConsent,
  Uuid,
} from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { AttRefusal, LinkError } from '../radio/gatt-server.js';
import type {
  CharacteristicDefinition,
  GattServer,
  GattServerDefinition,
} from '../radio/gatt-server.js';
import type { VirtualSerialDevice } from '../serial/device.js';
import { wallTime } from './common/device-clock.js';
import { nothingHeard } from './common/heard.js';
import type { Heard } from './common/heard.js';
import { virtualConsent } from './common/virtual-user.js';
import { TimedQueue } from './common/timed-queue.js';

const terminatedByPeer = 0x13;
const connectionTimeout = 0x08;
const smallestMtu = 23;
const homeTimeZone = 'Europe/Stockholm';

/** A GATT server with one central, which is a {@link DirectGattConversation}. */
export class DirectGattServer implements GattServer {
  readonly mtu = smallestMtu;
  advertising = false;
  readonly #characteristics: ReadonlyMap<Uuid, CharacteristicDefinition>;
  readonly #connected: (() => void)[] = [];
  readonly #disconnected: ((reason: number) => void)[] = [];
  #subscribed = new Set<Uuid>();
  #central: TimedQueue<Notification> | null = null;

  constructor(definition: GattServerDefinition) {
    const all = definition.services.flatMap((service) => service.characteristics);
    this.#characteristics = new Map(all.map((one) => [one.uuid, one]));
  }

  get connected(): boolean {
    return this.#central !== null;
  }

  startAdvertising(): void {
    this.advertising = !this.connected;
  }

  stopAdvertising(): void {
    this.advertising = false;
  }

  connect(central: TimedQueue<Notification>): void {
    this.#central = central;
    this.advertising = false;
    for (const listener of this.#connected) listener();
  }

  /** The link is gone, from whichever side. */
  disconnect(reason = terminatedByPeer): void {
    if (this.#central === null) return;
    this.#central.end();
    this.#central = null;
    this.#subscribed = new Set();
    for (const listener of this.#disconnected) listener(reason);
  }

  isSubscribed(characteristic: Uuid): boolean {
    return this.#subscribed.has(characteristic);
  }

  notify(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    return this.#send(characteristic, octets);
  }

  /** Confirmed on arrival, as radios do it: before the value is durable anywhere. */
  indicate(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    return this.#send(characteristic, octets);
  }

  onConnected(listener: () => void): void {
    this.#connected.push(listener);
  }

  onDisconnected(listener: (reason: number) => void): void {
    this.#disconnected.push(listener);
  }

  characteristic(uuid: Uuid): CharacteristicDefinition | undefined {
    return this.#characteristics.get(uuid);
  }

  subscribe(uuid: Uuid): void {
    this.#subscribed.add(uuid);
    this.characteristic(uuid)?.onSubscribe?.(true);
  }

  #send(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    if (this.#central === null) return Promise.reject(new LinkError('not-connected'));
    if (!this.isSubscribed(characteristic)) return Promise.reject(new LinkError('not-subscribed'));
    this.#central.push({ characteristic, octets: octets.slice(0, this.mtu - 3) });
    return Promise.resolve();
  }
}

export interface DirectOptions {
  readonly clock: Clock;
  /** Default: the clock's time in Sweden. */
  readonly localTime?: () => LocalDateTime | null;
  readonly lastSequence?: number | null;
  /** Default: that of the user whom a virtual device knows. */
  readonly consent?: UserConsent | null;
  /** The link breaks before this operation (counted from 0); default: never. */
  readonly cutBefore?: number;
}

abstract class Direct {
  readonly heard: Heard = nothingHeard();
  protected readonly options: DirectOptions;

  constructor(options: DirectOptions) {
    this.options = options;
  }

  wait(ms: number): Promise<void> {
    this.heard.waits.push(ms);
    return this.options.clock.sleep(ms);
  }

  localTime(): LocalDateTime | null {
    const { localTime, clock } = this.options;
    return localTime === undefined ? wallTime(clock.wall().ms, homeTimeZone) : localTime();
  }

  deviceClock(now: LocalDateTime | null): void {
    this.heard.deviceClocks.push(now);
  }

  clockKept(outcome: ClockOutcome): void {
    this.heard.clocksKept.push(outcome);
    this.heard.clockChanges.push({ readings: this.heard.readings.length });
  }

  information(field: InformationField, text: string): void {
    this.heard.information[field] = text;
  }

  take(reading: Reading): Promise<void> {
    this.heard.readings.push(reading);
    return Promise.resolve();
  }
}

/** The gateway's side of one connection to a {@link DirectGattServer}. */
export class DirectGattConversation extends Direct implements GattConversation {
  readonly #server: DirectGattServer;
  readonly #values: TimedQueue<Notification>;

  constructor(server: DirectGattServer, options: DirectOptions) {
    super(options);
    this.#server = server;
    this.#values = new TimedQueue(options.clock);
    server.connect(this.#values);
  }

  has(characteristic: Uuid): boolean {
    return this.#server.characteristic(characteristic) !== undefined;
  }

  async read(characteristic: Uuid): Promise<Uint8Array> {
    return this.#operate('read', characteristic, (one) => one.onRead?.() ?? new Uint8Array(0));
  }

  async write(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    await this.#operate('write', characteristic, (one) => one.onWrite?.(octets.slice()));
  }

  async subscribe(characteristic: Uuid): Promise<void> {
    await this.#operate('subscribe', characteristic, () => this.#server.subscribe(characteristic));
  }

  async next(withinMs: number): Promise<Notification | null> {
    this.#count('next');
    return this.#values.next(withinMs);
  }

  battery(percent: number): void {
    this.heard.batteries.push(percent);
  }

  lastSequence(): number | null {
    return this.options.lastSequence ?? null;
  }

  consent(): UserConsent | null {
    const { consent } = this.options;
    return consent === undefined ? virtualConsent : consent;
  }

  refuse(characteristic: Uuid, _octets: Uint8Array, reason: string): void {
    this.heard.refusals.push(`${characteristic} ${reason}`);
  }

  /** The gateway leaves. */
  leave(): void {
    this.#server.disconnect();
  }

  #count(operation: string): void {
    const { operations } = this.heard;
    if (operations.length === this.options.cutBefore) this.#server.disconnect(connectionTimeout);
    operations.push(operation);
  }

  async #operate<T>(
    name: string,
    uuid: Uuid,
    operation: (characteristic: CharacteristicDefinition) => T,
  ): Promise<T> {
    this.#count(`${name} ${uuid}`);
    // A round trip over the air lets everything else have its turn.
    await this.options.clock.sleep(1);
    if (!this.#server.connected) throw new CodedError('link_lost');
    const characteristic = this.#server.characteristic(uuid);
    if (characteristic === undefined) throw new CodedError('device_refused');
    try {
      return operation(characteristic);
    } catch (error) {
      if (error instanceof AttRefusal) throw new CodedError('device_refused');
      throw error;
    }
  }
}

/** The gateway's side of a line to a virtual serial device; octets come in pieces of this many. */
export class DirectSerialConversation extends Direct implements SerialConversation {
  readonly #device: VirtualSerialDevice;
  readonly #octets: TimedQueue<Uint8Array>;

  constructor(device: VirtualSerialDevice, options: DirectOptions, pieceOctets = 7) {
    super(options);
    this.#device = device;
    this.#octets = new TimedQueue(options.clock);
    device.onOpened((octets) => {
      for (let at = 0; at < octets.length; at += pieceOctets) {
        this.#octets.push(octets.slice(at, at + pieceOctets));
      }
    });
  }

  next(withinMs: number): Promise<Uint8Array | null> {
    return this.#octets.next(withinMs);
  }

  async write(octets: Uint8Array): Promise<void> {
    this.heard.operations.push('write');
    await this.options.clock.sleep(1);
    for (const octet of octets) this.#device.onOctets(Uint8Array.of(octet));
  }

  refuse(_octets: Uint8Array, reason: string): void {
    this.heard.refusals.push(reason);
  }

  leave(): void {
    this.#octets.end();
    this.#device.onClosed();
  }
}
