import type { WallTime } from '@hemma/runtime/clock.js';
import { earliestMs } from '../timestamps.js';

/**
 * The cloud's clock as a time source. It spoke somewhere within the round trip, so its word is good
 * to half of that: a receipt that lingered on the way must not put a right clock wrong.
 */

/** Slower answers say too little about the time. */
const maxRoundTripMs = 10_000;
/** A clock that is this right is left alone. */
const toleratedErrorMs = 2_000;

/**
 * What the time is now, from a clock that said `spokenMs` within the last `roundTripMs`; null when
 * that does not tell it better than the gateway's own wall clock.
 */
export function timeFrom(spokenMs: number, roundTripMs: number, wall: WallTime): number | null {
  if (spokenMs < earliestMs || roundTripMs < 0 || roundTripMs > maxRoundTripMs) return null;
  const halfMs = roundTripMs / 2;
  const ms = Math.round(spokenMs + halfMs);
  if (wall.trust !== 'synced') return ms;
  return Math.abs(wall.ms - ms) > toleratedErrorMs + halfMs ? ms : null;
}
