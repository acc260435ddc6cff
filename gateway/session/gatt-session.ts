import type {
  GattConversation,
  GattDevice,
  InformationField,
  Notification,
  Uuid,
} from '@hemma/protocols/device.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { GattLink, IncomingValue } from '../transports/link.js';
import { localTimeOf } from '../local-time.js';
import { IncomingQueue } from './queue.js';
import type { TakeReading } from './source.js';

/** Values of one device that wait to be stored: two for each record of the largest memory. */
const maxWaitingValues = 8_192;

export interface SessionContext {
  readonly clock: Clock;
  readonly log: Log;
  /** The home's time zone, IANA name. */
  readonly timeZone: string;
  readonly take: TakeReading;
  /** The highest record number that is durable of a device; null when there is none. */
  readonly lastSequence: (identity: string) => number | null;
}

/** Who is at the other end: a device file, and which copy of it in which patient's hands. */
export interface KnownDevice<D> {
  readonly device: D;
  readonly identity: string;
  readonly patient: string;
}

/** What a session found out beside its readings. */
export interface SessionOutcome {
  readonly readings: number;
  readonly refused: number;
  readonly battery: number | null;
}

/**
 * One conversation with one connected GATT device: lets the profile speak, and leaves the device
 * unsubscribed and disconnected whatever happens. Rejects with the coded error that ended it early.
 */
export async function converseGatt(
  known: KnownDevice<GattDevice>,
  link: GattLink,
  context: SessionContext,
): Promise<SessionOutcome> {
  const session = new GattSession(known, link, context);
  try {
    await known.device.profile.converse(session);
  } finally {
    await session.leave();
  }
  return session.outcome;
}

class GattSession implements GattConversation {
  readonly #known: KnownDevice<GattDevice>;
  readonly #link: GattLink;
  readonly #context: SessionContext;
  readonly #incoming: IncomingQueue<IncomingValue>;
  readonly #subscribed = new Set<Uuid>();
  #deviceClock: { shown: LocalDateTime; monotonicMs: number } | null = null;
  #arrivedMs: number;
  #isGone = false;
  #readings = 0;
  #refused = 0;
  #battery: number | null = null;

  constructor(known: KnownDevice<GattDevice>, link: GattLink, context: SessionContext) {
    this.#known = known;
    this.#link = link;
    this.#context = context;
    this.#incoming = new IncomingQueue(context.clock, maxWaitingValues);
    this.#arrivedMs = context.clock.monotonicMs();
    void link.closed.then(() => {
      this.#isGone = true;
      this.#incoming.end();
    });
  }

  get outcome(): SessionOutcome {
    return { readings: this.#readings, refused: this.#refused, battery: this.#battery };
  }

  has(characteristic: Uuid): boolean {
    return this.#link.characteristics.has(characteristic);
  }

  async read(characteristic: Uuid): Promise<Uint8Array> {
    const octets = await this.#link.read(characteristic);
    this.#arrivedMs = this.#context.clock.monotonicMs();
    return octets;
  }

  write(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    return this.#link.write(characteristic, octets);
  }

  async subscribe(characteristic: Uuid): Promise<void> {
    this.#subscribed.add(characteristic);
    await this.#link.subscribe(characteristic, (value) => this.#incoming.push(value));
  }

  async next(withinMs: number): Promise<Notification | null> {
    const value = await this.#incoming.next(withinMs);
    if (value !== null) this.#arrivedMs = value.monotonicMs;
    return value;
  }

  lastSequence(): number | null {
    return this.#context.lastSequence(this.#known.identity);
  }

  wait(ms: number): Promise<void> {
    return this.#context.clock.sleep(ms);
  }

  localTime(): LocalDateTime | null {
    const wall = this.#context.clock.wall();
    return wall.trust === 'synced' ? localTimeOf(wall.ms, this.#context.timeZone) : null;
  }

  deviceClock(now: LocalDateTime | null): void {
    this.#deviceClock =
      now === null ? null : { shown: now, monotonicMs: this.#context.clock.monotonicMs() };
  }

  information(field: InformationField, text: string): void {
    this.#context.log.debug({ model: this.#known.device.id, field, text }, 'device information');
  }

  battery(percent: number): void {
    this.#battery = percent;
  }

  async take(reading: Reading): Promise<void> {
    const { device, identity, patient } = this.#known;
    await this.#context.take(reading, {
      model: device.id,
      identity,
      patient,
      clock: this.#deviceClock,
      capturedMonotonicMs: this.#arrivedMs,
    });
    this.#readings += 1;
  }

  refuse(characteristic: Uuid, octets: Uint8Array, reason: string): void {
    this.#refused += 1;
    const { log } = this.#context;
    log.warn(
      { model: this.#known.device.id, characteristic, octets: octets.length, reason },
      'a value that no codec accepts',
    );
  }

  /** BlueZ remembers subscriptions, many devices do not: off before the link is ended. */
  async leave(): Promise<void> {
    for (const characteristic of this.#isGone ? [] : this.#subscribed)
      await this.#link.unsubscribe(characteristic).catch(() => undefined);
    await this.#link.close();
    this.#incoming.end();
  }
}
