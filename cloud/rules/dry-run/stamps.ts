import {
  type Calendar,
  DAY_MS,
  MINUTE_MS,
  dateOfDay,
  plainCalendar,
  zonedCalendar,
} from '@hemma/protocols/plans/calendar.js';
import type { Moment } from '../../plans/lookup.js';
import { MAX_DAY, type Row, refuse } from './case.js';

/**
 * The times of a case. A case numbers its days (`day`), tells wall times (`t`: `08:00`), both, or
 * gives dates with times (`2025-03-30T08:00`, with or without offset); then the days are local.
 * Answers are stamped in the same way.
 */
export interface Stamps {
  readonly calendar: Calendar;
  /** The rows have dates, so that days are real ones. */
  readonly isDated: boolean;
  readonly rows: readonly Times[];
  /** The stamp of an event: that of the row it belongs to, or one like it. */
  stampOf(moment: Moment): Stamp;
}

export interface Times {
  readonly at: number;
  readonly receivedAt: number;
}

export interface Stamp {
  readonly day?: number;
  readonly t?: string;
}

const CLOCK = /^(?:(?:day )?(\d{1,5})[ T])?(\d{1,3}):([0-5]\d)(?::([0-5]\d))?$/;
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** A wall time this much earlier than the row before is of the next day: 23:58, then 00:04. */
const OVER_MIDNIGHT_MS = 18 * 60 * MINUTE_MS;

export function stampsOf(rows: readonly Row[]): Stamps {
  const isDated = rows.some((it) => it.t !== undefined && DATE_TIME.test(it.t));
  const calendar = isDated ? zonedCalendar() : plainCalendar;
  const times: Times[] = [];
  for (const [i, row] of rows.entries()) {
    const at = atOf(row, i, times.at(-1)?.at, calendar);
    times.push({ at, receivedAt: receivedAt(row, i, at, calendar) });
  }
  const style = { hasDay: rows.some((it) => it.day !== undefined), t: styleOf(rows) };
  return {
    calendar,
    isDated,
    rows: times,
    stampOf: (moment) => {
      const row = rows[times.findIndex((it) => it.at === moment.at)];
      return row === undefined ? computedStamp(moment, style) : givenStamp(row);
    },
  };
}

function atOf(row: Row, i: number, before: number | undefined, calendar: Calendar): number {
  if (row.t === undefined) return row.day === undefined ? i * MINUTE_MS : row.day * DAY_MS;
  const at = instantOf(row.t, row.day ?? 0, calendar, `input[${i}].t`);
  const isLoose = row.day === undefined && CLOCK.test(row.t) && before !== undefined;
  if (!isLoose) return at;
  const sameDay = Math.floor(before / DAY_MS) * DAY_MS + at;
  return before - sameDay >= OVER_MIDNIGHT_MS ? sameDay + DAY_MS : sameDay;
}

/** When the row came, which is never before it was. A wall time alone is the next one after `t`. */
function receivedAt(row: Row, i: number, at: number, calendar: Calendar): number {
  const given = row.receivedAt;
  const path = `input[${i}].receivedAt`;
  if (given === undefined) return at;
  if (typeof given === 'number') return notBefore(at, given * DAY_MS, path);
  if (typeof given === 'object') {
    return notBefore(at, instantOf(given.t ?? '00:00', given.day, calendar, path), path);
  }
  const time = instantOf(given, plainCalendar.dayOf(at), calendar, path);
  const isClockAlone = CLOCK.exec(given)?.[1] === undefined && !DATE_TIME.test(given);
  return notBefore(at, isClockAlone && time < at ? time + DAY_MS : time, path);
}

function notBefore(at: number, received: number, path: string): number {
  if (received < at) throw refuse(path, 'is before the time of the reading');
  return received;
}

function instantOf(text: string, day: number, calendar: Calendar, path: string): number {
  const clock = CLOCK.exec(text);
  if (clock !== null) {
    const [, ownDay, hours, minutes, seconds = '0'] = clock;
    const minute = Number(hours) * 60 + Number(minutes);
    return plainCalendar.instant(Number(ownDay ?? day), minute) + Number(seconds) * 1000;
  }
  const [, date = '', hours, minutes, seconds = '0', zone] = DATE_TIME.exec(text) ?? [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (!isDate(date, midnight) || Number(hours) > 23) throw refuse(path, 'is no time');
  if (zone !== undefined) return atOffset(text, path);
  const minute = Number(hours) * 60 + Number(minutes);
  return calendar.instant(midnight / DAY_MS, minute) + Number(seconds) * 1000;
}

/** No 30th of February, which is read as the 2nd of March, and no day that no calendar here has. */
function isDate(date: string, midnight: number): boolean {
  const day = midnight / DAY_MS;
  return Math.abs(day) <= MAX_DAY && dateOfDay(day) === date;
}

function atOffset(text: string, path: string): number {
  const at = Date.parse(text.replace(' ', 'T'));
  if (Number.isNaN(at)) throw refuse(path, 'is no time');
  return at;
}

interface Style {
  readonly hasDay: boolean;
  /** Writes an instant like the first `t` of the case; null when no row has one. */
  readonly t: ((at: number) => string) | null;
}

function styleOf(rows: readonly Row[]): Style['t'] {
  const first = rows.find((it) => it.t !== undefined)?.t;
  if (first === undefined) return null;
  const [, , , , seconds, zone] = DATE_TIME.exec(first) ?? [];
  const shorten = (text: string) => (seconds === undefined ? withoutZeroSeconds(text) : text);
  if (CLOCK.test(first)) return (at) => shorten(isoText(at).slice(11));
  if (zone === undefined) return (at) => shorten(isoText(wallOf(at)));
  const offset = Date.UTC(1970, 0, 1) - Date.parse(`1970-01-01T00:00:00${zone}`);
  return (at) => `${shorten(isoText(at + offset))}${zone}`;
}

function computedStamp(moment: Moment, { hasDay, t }: Style): Stamp {
  const isTick = moment.seq === -1 || (moment.seq === Infinity && moment.at % MINUTE_MS !== 0);
  // What the passing of days brings belongs to the day, not to an hour.
  if (isTick && (hasDay || t === null)) return { day: moment.day };
  return { ...(hasDay ? { day: moment.day } : {}), ...(t === null ? {} : { t: t(moment.at) }) };
}

function givenStamp({ day, t }: Row): Stamp {
  return { ...(day === undefined ? {} : { day }), ...(t === undefined ? {} : { t }) };
}

function wallOf(at: number): number {
  const calendar = zonedCalendar();
  const minute = plainCalendar.instant(calendar.dayOf(at), calendar.minuteOf(at));
  return minute + (at % MINUTE_MS);
}

/** `1970-01-01T00:00:00` of an instant, in UTC. */
function isoText(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

function withoutZeroSeconds(text: string): string {
  return text.replace(/^(.*:\d\d):00$/, '$1');
}
