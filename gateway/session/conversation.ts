import type {
  ClockOutcome,
  Device,
  InformationField,
  UserConsent,
} from '@hemma/protocols/device.js';
import type { LocalDateTime, Reading } from '@hemma/protocols/reading.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { localTimeOf } from '../local-time.js';
import { IncomingQueue } from './queue.js';
import type { TakeReading } from './source.js';

export interface SessionContext {
  readonly clock: Clock;
  readonly log: Log;
  /** The home's time zone, IANA name. */
  readonly timeZone: string;
  readonly take: TakeReading;
  /** What became of a device's clock, and what it shows since (null: nobody knows). */
  readonly onClock?: (identity: string, kept: KeptClock) => void;
  /** The highest record number that is durable of a device; null when there is none. */
  readonly lastSequence: (identity: string) => number | null;
}

/** Who is at the other end: a device file, and which copy of it in which patient's hands. */
export interface KnownDevice<D extends Device> {
  readonly device: D;
  readonly identity: string;
  readonly patient: string;
  /** Which user of the device the patient is, where it has users. */
  readonly consent?: UserConsent;
}

/** What became of the clock of a device in a conversation. */
export interface KeptClock {
  readonly outcome: ClockOutcome;
  readonly shows: LocalDateTime | null;
  readonly monotonicMs: number;
}

/** Something that came in by itself, and when. */
interface Incoming {
  readonly octets: Uint8Array;
  readonly monotonicMs: number;
}

/** Below this a device may fail before somebody comes by: A&D and Omron warn at about a fifth. */
const lowBatteryPercent = 20;

/** What conversations over a radio and over a line have in common. */
export abstract class Conversation<I extends Incoming> {
  protected readonly known: KnownDevice<Device>;
  protected readonly context: SessionContext;
  protected readonly incoming: IncomingQueue<I>;
  #deviceClock: { readonly shown: LocalDateTime; readonly monotonicMs: number } | null = null;
  #arrivedMs: number;
  #batteryLow = false;
  #readings = 0;

  constructor(known: KnownDevice<Device>, context: SessionContext, maxWaiting: number) {
    this.known = known;
    this.context = context;
    this.incoming = new IncomingQueue(context.clock, maxWaiting);
    this.#arrivedMs = context.clock.monotonicMs();
  }

  /** Readings that became durable. */
  get readings(): number {
    return this.#readings;
  }

  wait(ms: number): Promise<void> {
    return this.context.clock.sleep(ms);
  }

  localTime(): LocalDateTime | null {
    const wall = this.context.clock.wall();
    return wall.trust === 'synced' ? localTimeOf(wall.ms, this.context.timeZone) : null;
  }

  deviceClock(now: LocalDateTime | null): void {
    this.#deviceClock =
      now === null ? null : { shown: now, monotonicMs: this.context.clock.monotonicMs() };
  }

  clockKept(outcome: ClockOutcome, shows: LocalDateTime | null): void {
    const { clock, log, onClock } = this.context;
    log.debug({ model: this.known.device.id, outcome }, 'clock of a device');
    onClock?.(this.known.identity, { outcome, shows, monotonicMs: clock.monotonicMs() });
  }

  battery(percent: number): void {
    this.#batteryLow = percent < lowBatteryPercent;
  }

  information(field: InformationField, text: string): void {
    this.context.log.debug({ model: this.known.device.id, field, text }, 'device information');
  }

  async take(reading: Reading): Promise<void> {
    const { device, identity, patient } = this.known;
    const low = this.#batteryLow && !reading.flags.includes('device_battery_low');
    await this.context.take(
      low ? { ...reading, flags: [...reading.flags, 'device_battery_low'] } : reading,
      {
        model: device.id,
        identity,
        patient,
        clock: this.#deviceClock,
        capturedMonotonicMs: this.#arrivedMs,
      },
    );
    this.#readings += 1;
  }

  /** What is handed over next came in at this moment. */
  protected arrived(monotonicMs: number): void {
    this.#arrivedMs = monotonicMs;
  }

  protected async nextIncoming(withinMs: number): Promise<I | null> {
    const item = await this.incoming.next(withinMs);
    if (item !== null) this.arrived(item.monotonicMs);
    return item;
  }
}
