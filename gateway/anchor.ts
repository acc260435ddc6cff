import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { nominalMs } from './local-time.js';

/**
 * Where the clock of a device cannot be read, its newest record says what it showed: devices send when
 * they were used just now, so that one was taken at most two minutes before it came.
 */
export interface Anchor {
  /** Time of the newest record as the device said it, read as UTC. */
  readonly newestMs: number;
  /** Gateway's monotonic time minus device time of that record. */
  readonly offsetMs: number;
}

type Records = readonly Pick<Measurement, 'device' | 'time'>[];

/** What belongs to one clock: a device, within one start of the gateway's machine. */
export function anchorKey({ device, time }: Records[number]): string {
  return `${device.identity} ${time.bootId}`;
}

/**
 * The anchor of each clock. The newest record is the one with the highest number, where all have
 * one, else the one with the latest time: a clock that was set back leaves later times on older records.
 */
export function anchorsOf(held: Records): ReadonlyMap<string, Anchor> {
  const newest = new Map<string, Records[number]>();
  for (const record of held) {
    const { device, time } = record;
    // The clock could be read, or there is none: nothing to anchor.
    if (time.device === null || time.deviceOffsetMs !== null) continue;
    const best = newest.get(anchorKey(record));
    if (best === undefined || isNewer({ device, time }, best))
      newest.set(anchorKey(record), record);
  }
  return new Map([...newest].map(([key, { time }]) => [key, anchorOf(time)]));
}

function isNewer(one: Records[number], other: Records[number]): boolean {
  const [a, b] = [one.device.sequence, other.device.sequence];
  if (a !== null && b !== null) return a > b;
  return (one.time.device ?? '') > (other.time.device ?? '');
}

function anchorOf({ device, monotonicMs }: Measurement['time']): Anchor {
  const newestMs = nominalMs(device ?? '');
  return { newestMs, offsetMs: monotonicMs - newestMs };
}
