import type { ClockOutcome } from '@hemma/protocols/device.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { InForce, Measurement } from '@hemma/protocols/wire/measurement.js';
import { measurementOf, needsCaptureOrdinal } from './measure.js';
import type { Outbox } from './outbox/outbox.js';
import type { DeviceClock } from './outbox/rows.js';
import { rowOf, withFlag } from './owner/owners.js';
import type { Owners } from './owner/owners.js';
import { anchorKey, anchorsOf } from './anchor.js';
import type { Anchor } from './anchor.js';
import { restamp } from './restamp.js';
import type { KeptClock } from './session/conversation.js';
import type { SessionSource } from './session/source.js';
import { clockOffset, stamp } from './timestamps.js';

export interface IntakeOptions {
  readonly outbox: Outbox;
  readonly owners: Pick<Owners, 'rowFor'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Home's time zone, IANA name. */
  readonly timeZone: string;
  /** In whose name a reading of this patient is taken: the home may be lent to somebody else by now. */
  readonly patientNow?: (patient: string) => string;
  /** The schedules of a patient that are in force. */
  readonly inForce?: (patient: string) => readonly InForce[];
  /** Told of every new measurement once it is dated and durable. */
  readonly onTaken?: (measurement: Measurement) => void;
}

/** A reading as the gateway took it in: the moment of the capture by both clocks. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
  readonly isKnown: boolean;
}

/** What is learnt of the clock of a device while it is connected. */
interface Session {
  /** The offset as it was when the device was met; null when it could not be read. */
  readonly measured: DeviceClock | null;
  readonly kept: { readonly outcome: ClockOutcome; readonly clock: DeviceClock | null } | null;
}
const nothingLearnt: Session = { measured: null, kept: null };

/** Held readings that are dated in one transaction. */
const releaseChunk = 200;
/** A device's clock is remembered again when it moved by more than reading it may be wrong. */
const clockMovedMs = 2_000;
/** And once a day in any case: how old an offset is says how far it may have drifted. */
const clockAgedMs = 86_400_000;

/** Readings become measurements: identified, checked, dated, and durable before the device is told. */
export class Intake {
  readonly #options: IntakeOptions;
  /** By identity; devices of the home only, so it cannot grow beyond the roster. */
  readonly #sessions = new Map<string, Session>();
  /** Devices that are connected and whose readings are dated when they have told all. */
  readonly #undated = new Set<string>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Takes a reading in: durable when this returns, or before. While the time is not known it is held
   * and dated later; while it is not sure whose it is, it is held as well. Throws {@link CodedError} `disk_full`, `outbox_full` or `row_malformed`.
   */
  takeNow(reading: Reading, from: SessionSource): 'kept' | 'held' | 'repeat' {
    const { outbox, owners, onTaken, patientNow } = this.#options;
    const source = patientNow ? { ...from, patient: patientNow(from.patient) } : from;
    const moment = this.#momentAt(source.capturedMonotonicMs);
    const ordinal = needsCaptureOrdinal(reading) ? outbox.nextCapture() : null;
    const time = this.#timeOf(reading, source, moment);
    const plans = this.#options.inForce?.(source.patient) ?? [];
    const measurement = measurementOf(reading, source, ordinal, { time: time.time, plans });
    this.#learnClock(source, time.time.deviceOffsetMs);
    const awaitsOthers = time.uncertain && source.clock === null && reading.deviceTime !== null;
    if (awaitsOthers) this.#undated.add(source.identity);
    if (!moment.isKnown || awaitsOthers)
      return outbox.held.add(rowOf(measurement)) === 'kept' ? 'held' : 'repeat';
    const owned = owners.rowFor(withUncertainty(measurement, time.uncertain));
    if (outbox.append(owned.row) === 'repeat') return 'repeat';
    if (owned.row.doubt !== undefined) return 'held';
    onTaken?.(owned.measurement);
    return 'kept';
  }

  /** What became of a device's clock in this session; remembered when it ends. */
  noteClock(identity: string, { outcome, shows, monotonicMs }: KeptClock): void {
    const { ms, isKnown } = this.#wallAt(monotonicMs);
    const offsetMs = shows === null ? null : clockOffset(shows, ms, this.#options.timeZone);
    const clock = offsetMs === null || !isKnown ? null : { offsetMs, measuredMs: ms };
    const session = this.#sessions.get(identity) ?? nothingLearnt;
    this.#sessions.set(identity, { ...session, kept: { outcome, clock } });
  }

  /** A device has told all: its clock is remembered, and what waited for its other records is dated. */
  endSession(identity: string): void {
    const session = this.#sessions.get(identity);
    this.#sessions.delete(identity);
    if (session !== undefined) this.#rememberClock(identity, session);
    if (this.#undated.delete(identity)) this.release();
  }

  /** Dates the held readings and hands them on, as soon as the time is known; gives how many. */
  release(): number {
    const { outbox, owners, clock, log, onTaken } = this.#options;
    if (clock.wall().trust !== 'synced') return 0;
    const anchors = anchorsOf([...this.#held()].map(({ held }) => held));
    let released = 0;
    for (let after = 0; ;) {
      const rows = outbox.held.after(after, releaseChunk);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last.ordinal;
      const dated = rows.flatMap(({ ordinal, text }) => {
        // Written by `takeNow`, which checked it against the schema.
        const held = JSON.parse(text) as Measurement;
        if (this.#undated.has(held.device.identity)) return [];
        const anchor = anchors.get(anchorKey(held)) ?? null;
        return [{ ordinal, ...owners.rowFor(this.#dated(held, anchor)) }];
      });
      if (dated.length === 0) continue;
      outbox.release(dated.map(({ ordinal, row }) => ({ ordinal, ...row })));
      for (const { row, measurement } of dated) if (row.doubt === undefined) onTaken?.(measurement);
      released += dated.length;
    }
    if (released > 0) log.info({ released }, 'held readings dated');
    return released;
  }

  /** Everything that is held, oldest first. */
  *#held(): Generator<{ readonly held: Measurement }> {
    const { held } = this.#options.outbox;
    for (let rows = held.after(0, releaseChunk); rows.length > 0;) {
      // Written by `takeNow`, which checked it against the schema.
      for (const { text } of rows) yield { held: JSON.parse(text) as Measurement };
      rows = held.after(rows.at(-1)?.ordinal ?? Infinity, releaseChunk);
    }
  }

  #dated(held: Measurement, anchor: Anchor | null): Measurement {
    const { outbox, clock, timeZone } = this.#options;
    const { identity } = held.device;
    const { time, uncertain } = restamp(held.time, {
      wallMs: clock.wall().ms,
      monotonicMs: clock.monotonicMs(),
      bootId: clock.bootId,
      bootOffsetMs: outbox.bootOffset(held.time.bootId),
      timeZone,
      anchor,
      earliestMs: outbox.latestWallMs,
      deviceClock: outbox.deviceClock(identity),
    });
    return withUncertainty({ ...held, time }, uncertain);
  }

  #momentAt(monotonicMs: number): Moment {
    const { ms: wallMs, isKnown } = this.#wallAt(monotonicMs);
    return { monotonicMs, wallMs, isKnown };
  }

  #wallAt(monotonicMs: number): { readonly ms: number; readonly isKnown: boolean } {
    const { clock } = this.#options;
    const { ms, trust } = clock.wall();
    const agoMs = clock.monotonicMs() - monotonicMs;
    return { ms: Math.round(ms - agoMs), isKnown: trust === 'synced' };
  }

  #timeOf(
    { deviceTime }: Reading,
    source: SessionSource,
    { wallMs, monotonicMs, isKnown }: Moment,
  ): { readonly time: Measurement['time']; readonly uncertain: boolean } {
    const { clock, outbox, timeZone } = this.#options;
    const shownAt = source.clock === null ? null : this.#momentAt(source.clock.monotonicMs);
    const offsetMs =
      source.clock === null || shownAt === null
        ? null
        : clockOffset(source.clock.shown, shownAt.wallMs, timeZone);
    const offsetMeasuredMs = shownAt?.wallMs ?? wallMs;
    const earlier = outbox.deviceClock(source.identity);
    const { measuredAt, uncertaintyMs, uncertain } = isKnown
      ? stamp({ capturedMs: wallMs, timeZone, deviceTime, offsetMs, offsetMeasuredMs, earlier })
      : { measuredAt: wallMs, uncertaintyMs: 0, uncertain: false };
    const time = {
      device: deviceTime,
      deviceOffsetMs: offsetMs,
      monotonicMs,
      bootId: clock.bootId,
      wallMs,
      wallTrust: clock.wall().trust,
      measuredAt,
      uncertaintyMs,
    };
    return { time, uncertain };
  }

  /** What the device showed when it was met, as long as it is connected. */
  #learnClock({ identity, clock }: SessionSource, offsetMs: number | null): void {
    if (clock === null || offsetMs === null) return;
    const { ms: measuredMs, isKnown } = this.#wallAt(clock.monotonicMs);
    if (!isKnown) return;
    const session = this.#sessions.get(identity) ?? nothingLearnt;
    this.#sessions.set(identity, { ...session, measured: { offsetMs, measuredMs } });
  }

  /** A clock that was set goes from there; one of which nobody knows what it shows now is forgotten. */
  #rememberClock(identity: string, { measured, kept }: Session): void {
    const { outbox } = this.#options;
    const known = outbox.deviceClock(identity);
    const clock = kept?.clock ?? measured;
    const outcome = kept?.outcome ?? null;
    const isNews =
      clock !== null &&
      (known === null ||
        Math.abs(known.offsetMs - clock.offsetMs) > clockMovedMs ||
        clock.measuredMs - known.measuredMs > clockAgedMs);
    if (isNews || outcome !== outbox.clockOutcome(identity))
      outbox.saveDeviceClock(identity, clock, outcome);
  }
}

function withUncertainty(measurement: Measurement, uncertain: boolean): Measurement {
  return uncertain ? withFlag(measurement, 'time_uncertain') : measurement;
}
