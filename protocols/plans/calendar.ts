/**
 * Local calendar days (monitoring plans §3.3). A day is its number since 1970-01-01 in the local
 * calendar, a wall time is minutes after local midnight, an instant is milliseconds since 1970 UTC.
 */
export interface Calendar {
  dayOf(instant: number): number;
  minuteOf(instant: number): number;
  /**
   * The instant of a wall time. A wall time that occurs twice (clocks set back) is the first of the
   * two; one that is skipped (clocks set forward) is as long after midnight as it says.
   */
  instant(day: number, minute: number): number;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Zones change their offset on quarter hours, so an offset found once holds for the quarter. */
const QUARTER_MS = 15 * MINUTE_MS;
/** About a year of quarters: more would only be memory. */
const MAX_KNOWN_OFFSETS = 40_000;

/** Days of 24 hours, for cases that number their days and know no date. */
export const plainCalendar: Calendar = {
  dayOf: (instant) => Math.floor(instant / DAY_MS),
  minuteOf: (instant) => Math.floor((((instant % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS),
  instant: (day, minute) => day * DAY_MS + minute * MINUTE_MS,
};

/** The calendar of a time zone; the rules of the zone are those of the platform. */
export function zonedCalendar(timeZone = 'Europe/Stockholm'): Calendar {
  const offsetAt = offsetsOf(timeZone);
  const local = (instant: number) => instant + offsetAt(instant);
  return {
    dayOf: (instant) => plainCalendar.dayOf(local(instant)),
    minuteOf: (instant) => plainCalendar.minuteOf(local(instant)),
    instant: (day, minute) => {
      const wall = plainCalendar.instant(day, minute);
      const before = wall - offsetAt(wall - DAY_MS);
      const after = wall - offsetAt(wall + DAY_MS);
      return local(before) !== wall && local(after) === wall ? after : before;
    },
  };
}

function offsetsOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const known = new Map<number, number>();
  return (instant) => {
    const quarter = Math.floor(instant / QUARTER_MS);
    const found = known.get(quarter);
    if (found !== undefined) return found;
    if (known.size >= MAX_KNOWN_OFFSETS) known.clear();
    const offset = wallOf(format, quarter * QUARTER_MS) - quarter * QUARTER_MS;
    known.set(quarter, offset);
    return offset;
  };
}

function wallOf(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map((it) => [it.type, Number(it.value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** The number of a calendar date `2026-06-19`. */
export function dayOfDate(date: string): number {
  return plainCalendar.dayOf(Date.parse(`${date}T00:00:00Z`));
}

/** The calendar date of a day, `2026-06-19`. */
export function dateOfDay(day: number): string {
  return new Date(plainCalendar.instant(day, 0)).toISOString().slice(0, 10);
}

/** ISO weekday of a day, 1 = Monday; 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Minutes after midnight of a wall time `HH:MM`. */
export function minutesIn(wallTime: string): number {
  return Number(wallTime.slice(0, 2)) * 60 + Number(wallTime.slice(3, 5));
}
