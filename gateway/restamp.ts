import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { momentsOf } from './local-time.js';
import type { DeviceClock } from './outbox/rows.js';
import { civilToleranceMs, driftPerMs, stamp } from './timestamps.js';

type Time = Measurement['time'];

/** What is known when the time has become known. */
export interface KnownTime {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly timeZone: string;
  /** A moment that was certainly past when the reading was held; 0 when there is none. */
  readonly earliestMs: number;
  /** The device's clock as it was measured at another time; null when it never was. */
  readonly deviceClock: DeviceClock | null;
}

export interface Dated {
  readonly time: Time;
  readonly uncertain: boolean;
}

/** A gateway that was switched off for longer has lost more than the time. */
const longestUnknownMs = 30 * 86_400_000;

/**
 * Dates a held reading (docs/adr/0004). The wall clock at capture stays as it was, with its trust;
 * the offset of the device's clock becomes the one against the right time.
 */
export function restamp(held: Time, known: KnownTime): Dated {
  if (held.bootId === known.bootId) return inSameBoot(held, known);
  return byDeviceClock(held, known) ?? withinBounds(held, known);
}

/** The monotonic clock tells exactly how long ago it was. */
function inSameBoot(held: Time, { wallMs, monotonicMs, timeZone }: KnownTime): Dated {
  const capturedMs = Math.round(wallMs - (monotonicMs - held.monotonicMs));
  const offsetMs =
    held.deviceOffsetMs === null ? null : held.deviceOffsetMs + capturedMs - held.wallMs;
  const { uncertain, ...dated } = stamp({
    capturedMs,
    timeZone,
    deviceTime: held.device,
    offsetMs,
    offsetMeasuredMs: capturedMs,
  });
  return { time: { ...held, deviceOffsetMs: offsetMs, ...dated }, uncertain };
}

const bootMs = ({ wallMs, monotonicMs }: KnownTime): number => Math.round(wallMs - monotonicMs);

/**
 * Another boot, but the device's clock was running all the time. An offset from after the reading
 * holds; one from before may have been put right since, so a large one says nothing.
 */
function byDeviceClock(held: Time, known: KnownTime): Dated | null {
  const { deviceClock, timeZone } = known;
  if (held.device === null || deviceClock === null) return null;
  const { offsetMs, measuredMs } = deviceClock;
  const { measuredAt, uncertaintyMs, uncertain } = stamp({
    capturedMs: bootMs(known),
    timeZone,
    deviceTime: held.device,
    offsetMs,
    offsetMeasuredMs: measuredMs,
  });
  const wasBefore = measuredMs < measuredAt;
  if (uncertain || measuredAt < known.earliestMs) return null;
  if (wasBefore && Math.abs(offsetMs) > civilToleranceMs) return null;
  const drift = Math.ceil(Math.abs(measuredAt - measuredMs) * driftPerMs);
  const time = {
    ...held,
    deviceOffsetMs: offsetMs,
    measuredAt,
    uncertaintyMs: uncertaintyMs + drift + (wasBefore ? Math.abs(offsetMs) : 0),
  };
  return { time, uncertain: false };
}

/** Between the last moment that is certain and the start of this boot: no more is known. */
function withinBounds(held: Time, known: KnownTime): Dated {
  const latest = bootMs(known);
  const earliest = Math.min(latest, Math.max(known.earliestMs, latest - longestUnknownMs));
  const shown = held.device === null ? [] : momentsOf(held.device, known.timeZone);
  const believable = shown.filter((ms) => ms >= earliest && ms <= latest).at(-1);
  const measuredAt = believable ?? Math.round((earliest + latest) / 2);
  const uncertaintyMs = Math.max(measuredAt - earliest, latest - measuredAt);
  return { time: { ...held, deviceOffsetMs: null, measuredAt, uncertaintyMs }, uncertain: true };
}
