import type { Looks, StaffedHours } from '@hemma/protocols/api/units.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import {
  DAY_MS,
  dateOfDay,
  MINUTE_MS,
  minutesIn,
  weekdayOf,
  zonedCalendar,
} from '@hemma/protocols/plans/calendar.js';
import { isFree } from './holidays.js';

/**
 * The coverage calendar: answers are promised in staffed time and in no other. Pure functions of a
 * unit's hours; instants are milliseconds since 1970 UTC, days and wall times those of Sweden.
 */

/** A unit that is closed for longer than a quarter of a year covers nobody. */
export const MAX_CLOSED_DAYS = 92;

const calendar = zonedCalendar();

/** From and until (exclusive), as instants. */
interface Shift {
  readonly from: number;
  readonly until: number;
}

/** Whether somebody is at work. */
export function isStaffed(hours: StaffedHours, at: number): boolean {
  return shiftsOn(hours, calendar.dayOf(at)).some((it) => it.from <= at && at < it.until);
}

/** The first instant from `at` on at which somebody is at work; null without coverage. */
export function nextStaffed(hours: StaffedHours, at: number): number | null {
  const today = calendar.dayOf(at);
  for (let day = today; day <= today + MAX_CLOSED_DAYS; day += 1) {
    const shift = shiftsOn(hours, day).find((it) => it.until > at);
    if (shift !== undefined) return Math.max(at, shift.from);
  }
  return null;
}

/**
 * By when something is answered that is promised within `withinWorkingDays`: when the last shift ends
 * of the n-th staffed day that begins after it was opened. What comes in during the day is answered by
 * the end of the next one; what comes in at night by the end of the day that follows. Null without
 * coverage.
 */
export function dueAt(
  hours: StaffedHours,
  openedAt: number,
  withinWorkingDays: number,
): number | null {
  let left = withinWorkingDays;
  let closed = 0;
  for (let day = calendar.dayOf(openedAt); closed <= MAX_CLOSED_DAYS; day += 1) {
    const shifts = shiftsOn(hours, day);
    const first = shifts[0];
    closed = first === undefined ? closed + 1 : 0;
    if (first === undefined || first.from <= openedAt) continue;
    left -= 1;
    if (left <= 0) return shifts.at(-1)?.until ?? null;
  }
  return null;
}

/** Longest stretch that is measured: a year; what waited longer waited a year. */
const MAX_MEASURED_DAYS = 366;

/** Minutes of staffed time between two instants, rounded down; 0 when `to` is not after `from`. */
export function workingMinutesBetween(hours: StaffedHours, from: number, to: number): number {
  const end = Math.min(to, from + MAX_MEASURED_DAYS * DAY_MS);
  let worked = 0;
  for (let day = calendar.dayOf(from); day <= calendar.dayOf(end); day += 1)
    for (const shift of shiftsOn(hours, day))
      worked += Math.max(0, Math.min(shift.until, end) - Math.max(shift.from, from));
  return Math.floor(worked / MINUTE_MS);
}

/** When somebody looks next, and the sentence that says so; hours are null where no unit answers. */
export function whoLooks(hours: StaffedHours | null, at: number): Looks {
  const next = hours === null ? null : nextStaffed(hours, at);
  if (next === null)
    return {
      at: null,
      text: {
        sv: 'Just nu är det ingen som tittar på dina värden.',
        en: 'Nobody looks at your values at present.',
      },
    };
  if (next === at)
    return {
      at,
      text: { sv: 'Mottagningen är bemannad nu.', en: 'The clinic is staffed now.' },
    };
  return { at: next, text: laterText(next, at) };
}

function laterText(next: number, at: number): Text {
  const days = calendar.dayOf(next) - calendar.dayOf(at);
  const time = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short', timeZone }).format(next);
  if (days === 0)
    return {
      sv: `Någon tittar på dina värden i dag efter klockan ${time}.`,
      en: `Somebody looks at your values today after ${time}.`,
    };
  if (days === 1)
    return {
      sv: `Någon tittar på dina värden i morgon efter klockan ${time}.`,
      en: `Somebody looks at your values tomorrow after ${time}.`,
    };
  return {
    sv: `Någon tittar på dina värden ${dateText('sv-SE', next)} efter klockan ${time}.`,
    en: `Somebody looks at your values on ${dateText('en-GB', next)} after ${time}.`,
  };
}

const timeZone = 'Europe/Stockholm';

function dateText(locale: string, at: number): string {
  const form = { weekday: 'long', day: 'numeric', month: 'long', timeZone } as const;
  return new Intl.DateTimeFormat(locale, form).format(at);
}

/**
 * The shifts of a day in order, none within another: an extra opening goes before a closure, a closure
 * before the week.
 */
function shiftsOn(hours: StaffedHours, day: number): readonly Shift[] {
  const shifts: Shift[] = [];
  for (const { from, to } of stretchesOn(hours, day)) {
    const earliest = shifts.at(-1)?.until ?? -Infinity;
    const shift = {
      from: Math.max(earliest, calendar.instant(day, minutesIn(from))),
      until: calendar.instant(day, minutesIn(to)),
    };
    // In the night in which clocks go forward a stretch may vanish, or reach into the next.
    if (shift.from < shift.until) shifts.push(shift);
  }
  return shifts;
}

function stretchesOn(hours: StaffedHours, day: number) {
  const date = dateOfDay(day);
  const opening = hours.openings.find((it) => it.date === date);
  if (opening !== undefined) return opening.hours;
  const isClosed = isFree(day) || hours.closures.some((it) => it.from <= date && date <= it.to);
  return isClosed ? [] : (hours.week[weekdayOf(day) - 1] ?? []);
}
