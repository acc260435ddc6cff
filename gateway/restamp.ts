import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Anchor } from './anchor.js';
import { momentsOf, nominalMs } from './local-time.js';
import type { DeviceClock } from './outbox/rows.js';
import { civilToleranceMs, driftPerMs, earliestMs, liveMs, stamp } from './timestamps.js';

type Time = Measurement['time'];

/** What is known when the time has become known. */
export interface KnownTime {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly timeZone: string;
  /** Wall minus monotonic time of the reading's own start of the machine; null when never known. */
  readonly bootOffsetMs: number | null;
  /** What the newest record of the device says of a clock that cannot be read; null: nothing. */
  readonly anchor: Anchor | null;
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
  const { wallMs, monotonicMs, bootId, bootOffsetMs } = known;
  const offsetMs = held.bootId === bootId ? wallMs - monotonicMs : bootOffsetMs;
  if (offsetMs !== null) return inKnownBoot(held, known, Math.round(offsetMs));
  return byDeviceClock(held, known) ?? withinBounds(held, known);
}

/** The monotonic clock tells exactly when it came in. */
function inKnownBoot(held: Time, known: KnownTime, bootOffsetMs: number): Dated {
  const { timeZone, anchor, deviceClock } = known;
  const capturedMs = held.monotonicMs + bootOffsetMs;
  const offsetMs =
    held.deviceOffsetMs === null ? null : held.deviceOffsetMs + capturedMs - held.wallMs;
  const { uncertain, ...dated } = stamp({
    capturedMs,
    timeZone,
    deviceTime: held.device,
    offsetMs,
    offsetMeasuredMs: capturedMs,
    earlier: deviceClock,
  });
  const anchored = uncertain && anchor !== null ? byAnchor(held, anchor, bootOffsetMs) : null;
  return anchored ?? { time: { ...held, deviceOffsetMs: offsetMs, ...dated }, uncertain };
}

/**
 * As long before the newest record as the device says. The newest may have been taken two minutes
 * before it came, and a record may be from an earlier life of the clock: it stays marked.
 */
function byAnchor(held: Time, anchor: Anchor, bootOffsetMs: number): Dated | null {
  const { newestMs, offsetMs } = anchor;
  if (held.device === null || held.deviceOffsetMs !== null) return null;
  const nominal = nominalMs(held.device);
  const measuredAt = nominal + offsetMs + bootOffsetMs;
  if (!(nominal <= newestMs) || measuredAt < earliestMs) return null;
  const uncertaintyMs = liveMs + Math.ceil((newestMs - nominal) * driftPerMs);
  return { time: { ...held, measuredAt, uncertaintyMs }, uncertain: true };
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
  // A restored clock went on from a moment that was past: never too late.
  const restored = held.wallTrust === 'restored' ? held.wallMs : 0;
  const certain = Math.max(known.earliestMs, restored, latest - longestUnknownMs);
  const earliest = Math.min(latest, certain);
  const shown = held.device === null ? [] : momentsOf(held.device, known.timeZone);
  const believable = shown.filter((ms) => ms >= earliest && ms <= latest).at(-1);
  const measuredAt = believable ?? Math.round((earliest + latest) / 2);
  const uncertaintyMs = Math.max(measuredAt - earliest, latest - measuredAt);
  return { time: { ...held, deviceOffsetMs: null, measuredAt, uncertaintyMs }, uncertain: true };
}
