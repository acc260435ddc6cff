/** Device clocks: calendar fields to `YYYY-MM-DDTHH:MM[:SS]` (no zone) and back, range-checked. */
import { OctetWriter } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { refuseUnless } from './fields.js';

export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** Absent where the protocol has no seconds. */
  readonly second?: number;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (monthLengths[month - 1] ?? 0);
}

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);

function inCalendar(time: CalendarTime): boolean {
  const { year, month, day, hour, minute, second = 0 } = time;
  const date = year >= 1 && year <= 9999 && day >= 1 && day <= daysInMonth(year, month);
  return date && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
}

/** The fields as text, with seconds when given; refuses `range` for a time no calendar has. */
export function toLocal(time: CalendarTime): LocalDateTime {
  refuseUnless(inCalendar(time), 'range');
  const year = time.year < 1000 ? time.year.toString().padStart(4, '0') : `${time.year}`;
  const seconds = time.second === undefined ? '' : `:${two(time.second)}`;
  const date = `${year}-${two(time.month)}-${two(time.day)}`;
  return `${date}T${two(time.hour)}:${two(time.minute)}${seconds}`;
}

const localPattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;

/** The fields of a text made by {@link toLocal}; 0 seconds where it has none. Refuses `range`. */
export function fromLocal(text: LocalDateTime): Required<CalendarTime> {
  const match = localPattern.exec(text);
  if (match === null) throw new CodecRefusal('range');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part: string | undefined) => Number(part ?? '0'));
  const time = { year, month, day, hour, minute, second };
  refuseUnless(inCalendar(time), 'range');
  return time;
}

/** Year within the century 20xx as one octet, then month, day, hour, minute and second. */
export function putShortTime(writer: OctetWriter, text: LocalDateTime): OctetWriter {
  const time = fromLocal(text);
  refuseUnless(time.year >= 2000 && time.year <= 2255, 'range');
  return writer.put([time.year - 2000, time.month, time.day, time.hour, time.minute, time.second]);
}

/** A BCD octet as a number 0…99; refuses `range` when a digit is above 9. */
export function fromBcd(octet: number): number {
  const tens = octet >> 4;
  const ones = octet & 0x0f;
  refuseUnless(tens < 10 && ones < 10, 'range');
  return 10 * tens + ones;
}

/** A number 0…99 as a BCD octet; refuses `range`. */
export function toBcd(value: number): number {
  refuseUnless(Number.isInteger(value) && value >= 0 && value < 100, 'range');
  return (Math.floor(value / 10) << 4) | (value % 10);
}

/** The text of so many seconds after the first of January 1970, on a clock that knows no zone. */
export function fromEpochSeconds(seconds: number): LocalDateTime {
  const date = new Date(seconds * 1000);
  return toLocal({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  });
}

/** Seconds since the first of January 1970 on a clock that knows no zone; refuses `range`. */
export function toEpochSeconds(text: LocalDateTime): number {
  const { year, month, day, hour, minute, second } = fromLocal(text);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}
