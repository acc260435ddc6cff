import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { measurementOf, needsCaptureOrdinal } from './measure.js';
import type { Outbox } from './outbox/outbox.js';
import type { HeldRow } from './outbox/rows.js';
import { rowOf, withFlag } from './owner/owners.js';
import type { Owners } from './owner/owners.js';
import { restamp } from './restamp.js';
import type { SessionSource } from './session/source.js';
import { clockOffset, stamp } from './timestamps.js';

export interface IntakeOptions {
  readonly outbox: Outbox;
  readonly owners: Pick<Owners, 'rowFor'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Home's time zone, IANA name. */
  readonly timeZone: string;
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
   * and dated later; while it is not sure whose it is, it is held as well. Throws {@link CodedError} `disk_full`, `outbox_full` or `row_malformed`.
   */
  takeNow(reading: Reading, source: SessionSource): 'kept' | 'held' | 'repeat' {
    const { outbox, owners, onTaken } = this.#options;
    const moment = this.#momentAt(source.capturedMonotonicMs);
    const ordinal = needsCaptureOrdinal(reading) ? outbox.nextCapture() : null;
    const time = this.#timeOf(reading, source, moment);
    const measurement = measurementOf(reading, source, ordinal, time.time);
    if (!moment.isKnown) return outbox.held.add(rowOf(measurement)) === 'kept' ? 'held' : 'repeat';
    this.#rememberClock(source, time.time.deviceOffsetMs);
    const owned = owners.rowFor(withUncertainty(measurement, time.uncertain));
    if (outbox.append(owned.row) === 'repeat') return 'repeat';
    if (owned.row.doubt !== undefined) return 'held';
    onTaken?.(owned.measurement);
    return 'kept';
  }

  /** Dates the held readings and hands them on, as soon as the time is known; gives how many. */
  release(): number {
    const { outbox, owners, clock, log, onTaken } = this.#options;
    if (clock.wall().trust !== 'synced') return 0;
    let released = 0;
    for (;;) {
      const rows = outbox.held.after(0, releaseChunk);
      if (rows.length === 0) break;
      const dated = rows.map((held) => {
        const [ordinal, measurement] = this.#dated(held);
        return { ordinal, ...owners.rowFor(measurement) };
      });
      outbox.release(dated.map(({ ordinal, row }) => ({ ordinal, ...row })));
      for (const { row, measurement } of dated) if (row.doubt === undefined) onTaken?.(measurement);
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
  return uncertain ? withFlag(measurement, 'time_uncertain') : measurement;
}
