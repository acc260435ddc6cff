import Holidays from 'date-holidays';
import { DAY_MS, dayOfDate } from '@hemma/protocols/plans/calendar.js';

/** Free by law (`public`), and the eves that are free in practice (`bank`: Midsummer, Christmas, New Year). */
const freeTypes = new Set(['public', 'bank']);

const sweden = new Holidays('SE');
const known = new Map<number, ReadonlySet<number>>();

/** Whether a local calendar day (its number since 1970-01-01) is free in Sweden, whatever its weekday. */
export function isFree(day: number): boolean {
  const year = new Date(day * DAY_MS).getUTCFullYear();
  const days = known.get(year) ?? freeDaysOf(year);
  known.set(year, days);
  return days.has(day);
}

function freeDaysOf(year: number): ReadonlySet<number> {
  const free = sweden.getHolidays(year).filter((it) => freeTypes.has(it.type));
  return new Set(free.map((it) => dayOfDate(it.date.slice(0, 10))));
}
