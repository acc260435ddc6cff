import type { Calendar } from './calendar.js';
import { MINUTE_MS, minutesIn } from './calendar.js';
import type { DueWindow } from './due.js';

/** Readings of one occasion, where no window holds them together: minutes from one to the next. */
const sameOccasionMinutes = 60;

/** The pulse comes with other measurements too, and does none of them: it counts where it is all. */
export function typesThatCount(measurementTypes: readonly string[]): readonly string[] {
  const own = measurementTypes.filter((it) => it !== 'pulse_rate');
  return own.length === 0 ? measurementTypes : own;
}

/** The window in which an instant lies; of several the first. */
export function windowAt<Window extends DueWindow>(
  windows: readonly Window[],
  calendar: Calendar,
  at: number,
): Window | undefined {
  const minute = calendar.minuteOf(at);
  return windows.find((it) => minutesIn(it.from) <= minute && minute <= minutesIn(it.to));
}

/**
 * Readings by occasion, oldest first (monitoring plans §2): two or three in a row are one occasion,
 * and the first of them stands for all. `readings` are in the order in which they were measured.
 */
export function byOccasion<Reading extends { readonly at: number }>(
  readings: readonly Reading[],
  windows: readonly DueWindow[],
  calendar: Calendar,
): readonly (readonly [Reading, ...Reading[]])[] {
  const occasions: [Reading, ...Reading[]][] = [];
  let before: Reading | undefined;
  for (const reading of readings) {
    const last = occasions.at(-1);
    if (last !== undefined && before !== undefined && isSame(before, reading)) last.push(reading);
    else occasions.push([reading]);
    before = reading;
  }
  return occasions;

  function isSame(one: Reading, next: Reading): boolean {
    if (calendar.dayOf(one.at) !== calendar.dayOf(next.at)) return false;
    const window = windowAt(windows, calendar, next.at);
    if (window === undefined) return next.at - one.at < sameOccasionMinutes * MINUTE_MS;
    return window === windowAt(windows, calendar, one.at);
  }
}
