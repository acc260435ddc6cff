import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { InForce, Measurement } from '@hemma/protocols/wire/measurement.js';
import { measurementOf, needsCaptureOrdinal, unique } from './measure.js';
import type { Outbox } from './outbox/outbox.js';
import type { HeldRow, Row } from './outbox/rows.js';
import { restamp } from './restamp.js';
import type { SessionSource } from './session/source.js';
import { clockOffset, stamp } from './timestamps.js';

export interface IntakeOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Home's time zone, IANA name. */
  readonly timeZone: string;
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

/** Held readings that are dated in one transaction. */
const releaseChunk = 200;
/** A device's clock is remembered again when it moved by more than reading it may be wrong. */
const clockMovedMs = 2_000;
/** And once a day in any case: how old an offset is says how far it may have drifted. */
const clockAgedMs = 86_400_000;

/** Readings become measurements: identified, checked, dated, and durable before the device is told. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Takes a reading in: durable when this returns, or before. While the time is not known it is held
   * and dated later. Throws {@link CodedError} `disk_full`, `outbox_full` or `row_malformed`.
   */
  takeNow(reading: Reading, source: SessionSource): 'kept' | 'held' | 'repeat' {
    const { outbox } = this.#options;
    const moment = this.#momentAt(source.capturedMonotonicMs);
    const ordinal = needsCaptureOrdinal(reading) ? outbox.nextCapture() : null;
    const time = this.#timeOf(reading, source, moment);
    const plans = this.#options.inForce?.(source.patient) ?? [];
    const measurement = measurementOf(reading, source, ordinal, { time: time.time, plans });
    if (!moment.isKnown) return outbox.held.add(rowOf(measurement)) === 'kept' ? 'held' : 'repeat';
    this.#rememberClock(source, time.time.deviceOffsetMs);
    const dated = withUncertainty(measurement, time.uncertain);
    const became = outbox.append(rowOf(dated));
    if (became === 'kept') this.#options.onTaken?.(dated);
    return became;
  }

  /** Dates the held readings and hands them on, as soon as the time is known; gives how many. */
  release(): number {
    const { outbox, clock, log, onTaken } = this.#options;
    if (clock.wall().trust !== 'synced') return 0;
    let released = 0;
    for (;;) {
      const rows = outbox.held.after(0, releaseChunk);
      if (rows.length === 0) break;
      const dated = rows.map((row) => this.#dated(row));
      outbox.release(dated.map(([ordinal, measurement]) => ({ ordinal, ...rowOf(measurement) })));
      for (const [, measurement] of dated) onTaken?.(measurement);
      released += rows.length;
    }
    if (released > 0) log.info({ released }, 'held readings dated');
    return released;
  }

  #dated({ ordinal, text }: HeldRow): readonly [ordinal: number, Measurement] {
    const { outbox, clock, timeZone } = this.#options;
    // Written by `takeNow`, which checked it against the schema.
    const held = JSON.parse(text) as Measurement;
    const { identity } = held.device;
    const { time, uncertain } = restamp(held.time, {
      wallMs: clock.wall().ms,
      monotonicMs: clock.monotonicMs(),
      bootId: clock.bootId,
      timeZone,
      earliestMs: outbox.latestWallMs,
      deviceClock: outbox.deviceClock(identity),
    });
    return [ordinal, withUncertainty({ ...held, time }, uncertain)];
  }

  #momentAt(monotonicMs: number): Moment {
    const { clock } = this.#options;
    const { ms, trust } = clock.wall();
    const agoMs = clock.monotonicMs() - monotonicMs;
    return { monotonicMs, wallMs: Math.round(ms - agoMs), isKnown: trust === 'synced' };
  }

  #timeOf(
    { deviceTime }: Reading,
    source: SessionSource,
    { wallMs, monotonicMs, isKnown }: Moment,
  ): { readonly time: Measurement['time']; readonly uncertain: boolean } {
    const { clock, timeZone } = this.#options;
    const shownAt = source.clock === null ? null : this.#momentAt(source.clock.monotonicMs);
    const offsetMs =
      source.clock === null || shownAt === null
        ? null
        : clockOffset(source.clock.shown, shownAt.wallMs, timeZone);
    const offsetMeasuredMs = shownAt?.wallMs ?? wallMs;
    const { measuredAt, uncertaintyMs, uncertain } = isKnown
      ? stamp({ capturedMs: wallMs, timeZone, deviceTime, offsetMs, offsetMeasuredMs })
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

  #rememberClock({ identity, clock }: SessionSource, offsetMs: number | null): void {
    if (clock === null || offsetMs === null) return;
    const { outbox } = this.#options;
    const known = outbox.deviceClock(identity);
    const measuredMs = this.#momentAt(clock.monotonicMs).wallMs;
    if (
      known === null ||
      Math.abs(known.offsetMs - offsetMs) > clockMovedMs ||
      measuredMs - known.measuredMs > clockAgedMs
    )
      outbox.saveDeviceClock(identity, { offsetMs, measuredMs });
  }
}

function withUncertainty(measurement: Measurement, uncertain: boolean): Measurement {
  if (!uncertain) return measurement;
  return { ...measurement, flags: unique([...measurement.flags, 'time_uncertain']) };
}

function rowOf(measurement: Measurement): Row {
  const { identity, sequence } = measurement.device;
  const row = { id: measurement.id, text: JSON.stringify(measurement) };
  return sequence === null ? row : { ...row, record: { identity, sequence } };
}
