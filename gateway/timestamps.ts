import type { LocalDateTime } from '@hemma/protocols/reading.js';
import { localTimeOf, momentsOf, nominalMs } from './local-time.js';
import type { DeviceClock } from './outbox/rows.js';

/**
 * When a measurement was taken, from what the device's own clock said and how far that clock was off
 * when the gateway met it (docs/adr/0004). Never a moment after the capture.
 */

export interface Capture {
  /** The right time, milliseconds since 1970 UTC, at which the octets came in. */
  readonly capturedMs: number;
  /** Home's time zone, IANA name. */
  readonly timeZone: string;
  /** The device's time of the record; null when it has none. */
  readonly deviceTime: LocalDateTime | null;
  /** Right time minus device time, read in the home's zone; null when not measured. */
  readonly offsetMs: number | null;
  /** When the offset was measured. The device's clock is usually set right after that. */
  readonly offsetMeasuredMs: number;
  /** The offset as it was known before this visit; null or absent when it never was. */
  readonly earlier?: DeviceClock | null;
}

export interface Stamp {
  readonly measuredAt: number;
  /** Half width of the interval that surely holds the true moment. */
  readonly uncertaintyMs: number;
  /** Could not be settled: shown, and left out by rules. */
  readonly uncertain: boolean;
}

/** A value without a time is sent when the measurement is done; a spirometer takes longest. */
const captureUncertaintyMs = 60_000;
/** Device clocks show whole seconds, and reading one takes up to a second. */
const clockReadingMs = 2_000;
/** A quartz of a home device, with a margin: 8.6 s a day. */
export const driftPerMs = 100 / 1_000_000;
/** A bad quartz in a cold room: 43 s a day. What a clock differs by more, somebody has set. */
const mostDriftPerMs = 500 / 1_000_000;
/** A record this fresh was taken while the device was already connected, or just before. */
export const liveMs = 120_000;
/** A clock this right is kept right by somebody, so it follows the change to summer time. */
export const civilToleranceMs = 600_000;
/** How far a device's clock may be from the truth when nothing at all is known of it. */
export const unknownClockMs = 86_400_000;
/** Before 2020 no device of this system existed; the cloud refuses such a time. */
export const earliestMs = Date.UTC(2020, 0, 1);
const dayMs = 86_400_000;

/**
 * Right time minus device time, for a clock that showed `shown` at `wallMs`. A local time that
 * happens twice is read as the moment nearer to `wallMs`; null for a date that is none.
 */
export function clockOffset(shown: LocalDateTime, wallMs: number, timeZone: string): number | null {
  const offsets = readings(shown, timeZone).map((ms) => wallMs - ms);
  if (offsets.length === 0) return null;
  return offsets.reduce((best, offset) => (Math.abs(offset) < Math.abs(best) ? offset : best));
}

/** Dates a record; see the constants for what is believed. */
export function stamp(capture: Capture): Stamp {
  const { capturedMs, deviceTime, offsetMs, timeZone } = capture;
  if (deviceTime === null)
    return { measuredAt: capturedMs, uncertaintyMs: captureUncertaintyMs, uncertain: false };
  const asShown = latest(readings(deviceTime, timeZone), capturedMs);
  if (asShown !== null && isLive(asShown, capture)) return settled(asShown, 0, capture);
  const corrected = offsetMs === null ? null : correct(deviceTime, offsetMs, capture);
  if (corrected !== null) return sinceEarlier(corrected, deviceTime, capture);
  const before = offsetMs === null ? null : beforeReset(deviceTime, capture);
  if (before !== null) return before;
  // From an earlier life of the clock, or of a clock that cannot be read: as shown, if it can be.
  return { measuredAt: asShown ?? capturedMs, uncertaintyMs: unknownClockMs, uncertain: true };
}

/** The latest that is not after the capture; clocks that show whole seconds may seem to be ahead. */
function latest(candidates: readonly number[], capturedMs: number): number | null {
  const possible = candidates.filter((ms) => ms >= earliestMs && ms <= capturedMs + clockReadingMs);
  const last = possible.at(-1);
  return last === undefined ? null : Math.min(last, capturedMs);
}

/** Taken while connected, after the clock was set: then what it shows is right. */
function isLive(ms: number, { capturedMs, offsetMs, offsetMeasuredMs }: Capture): boolean {
  if (ms < capturedMs - liveMs) return false;
  return offsetMs === null || ms >= offsetMeasuredMs - clockReadingMs;
}

/**
 * Dates a record by the offset. A clock that is right follows civil time, so its records are read in
 * the home's zone; those from the other side of a change of summer time, or from the hour that
 * happens twice, stay ambiguous. A clock that is off was running through all such changes since it
 * was set, so its records are read with the offset from UTC that it has now.
 */
function correct(deviceTime: LocalDateTime, offsetMs: number, capture: Capture): Stamp | null {
  const { capturedMs, offsetMeasuredMs, timeZone } = capture;
  const shownThen = offsetMeasuredMs - offsetMs;
  const running = nominalMs(deviceTime) - fromUtc(shownThen, timeZone);
  const isCivil = Math.abs(offsetMs) <= civilToleranceMs;
  const meant = isCivil ? [...readings(deviceTime, timeZone)] : [running];
  const ms = latest(
    meant.map((moment) => moment + offsetMs),
    capturedMs,
  );
  if (ms === null) return null;
  // Sent just after it was taken is likelier than sent after exactly an hour.
  if (ms >= capturedMs - liveMs) return settled(ms, 0, capture);
  const spread = [...meant, running].map((moment) => Math.abs(moment + offsetMs - ms));
  return settled(ms, Math.max(...spread), capture);
}

/**
 * From before the clock lost its time: what it shows now would put the record into the future. It
 * was right then as it was when it was last met, if that fits between then and now.
 */
function beforeReset(deviceTime: LocalDateTime, capture: Capture): Stamp | null {
  const ms = asEarlier(deviceTime, capture);
  return ms === null ? null : settled(ms, 0, capture);
}

/** The record by the clock as it was when it was last met; null where it does not fit between then and now. */
function asEarlier(deviceTime: LocalDateTime, capture: Capture): number | null {
  const { earlier, capturedMs, timeZone } = capture;
  if (earlier == null) return null;
  const ms = nominalMs(deviceTime) + runningOffset(earlier, timeZone);
  return ms >= earlier.measuredMs - clockReadingMs && ms <= capturedMs ? ms : null;
}

/**
 * What the visit before says of a record. A clock that went wrong little by little was less wrong at
 * the time of the record; one that differs by more was set since, and nobody knows before which record.
 */
function sinceEarlier(dated: Stamp, deviceTime: LocalDateTime, capture: Capture): Stamp {
  const { offsetMs, offsetMeasuredMs: measuredMs, earlier, timeZone, capturedMs } = capture;
  if (earlier == null || offsetMs === null || dated.uncertain) return dated;
  const elapsedMs = measuredMs - earlier.measuredMs;
  const sinceMs = dated.measuredAt - earlier.measuredMs;
  const gainedMs =
    runningOffset({ offsetMs, measuredMs }, timeZone) - runningOffset(earlier, timeZone);
  if (Math.abs(gainedMs) > elapsedMs * mostDriftPerMs + 2 * clockReadingMs) {
    const other = asEarlier(deviceTime, capture);
    return other === null
      ? dated
      : settled(dated.measuredAt, Math.abs(other - dated.measuredAt), capture);
  }
  if (sinceMs < 0 || sinceMs > elapsedMs) return dated;
  const measuredAt = Math.round(dated.measuredAt - gainedMs * (1 - sinceMs / elapsedMs));
  return { ...dated, measuredAt: Math.min(measuredAt, capturedMs) };
}

/** Right time minus what the clock shows read as UTC: the same through all changes to summer time. */
function runningOffset({ offsetMs, measuredMs }: DeviceClock, timeZone: string): number {
  return offsetMs - fromUtc(measuredMs - offsetMs, timeZone);
}

function settled(measuredAt: number, spreadMs: number, { capturedMs }: Capture): Stamp {
  const drift = Math.ceil((capturedMs - measuredAt) * driftPerMs);
  const isAmbiguous = spreadMs > clockReadingMs;
  return {
    measuredAt,
    uncertaintyMs: clockReadingMs + drift + (isAmbiguous ? spreadMs : 0),
    uncertain: isAmbiguous,
  };
}

const fromUtc = (ms: number, timeZone: string): number => nominalMs(localTimeOf(ms, timeZone)) - ms;

/**
 * The moments a clock in the home's zone may mean by this, earliest first. In the spring night that
 * leaves out an hour, a device that was not told shows times that never were: still winter time.
 */
function readings(local: LocalDateTime, timeZone: string): readonly number[] {
  const moments = momentsOf(local, timeZone);
  const nominal = nominalMs(local);
  if (moments.length > 0 || !isDate(local, nominal)) return moments;
  return [nominal - fromUtc(nominal - dayMs, timeZone)];
}

/** The 30th of February is none. */
function isDate(local: LocalDateTime, nominal: number): boolean {
  return !Number.isNaN(nominal) && new Date(nominal).toISOString().startsWith(local);
}
