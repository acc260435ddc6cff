/** Date Time (2A08) and its use inside other characteristics: GATT Specification Supplement. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { whole } from './fields.js';

/** A time of which the device does not know year, month or day. */
export interface PartialDateTime {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The device's local time, without a zone. */
export type DateTime = LocalDateTime | PartialDateTime;

/** The Gregorian calendar begins with this year; the field allows none before. */
const firstYear = 1582;
const lastYear = 9999;
/** February has 29 days here: leap years are told apart below. */
const longestMonths = [31, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function isDate(year: number, month: number, day: number): boolean {
  if (year !== 0 && (year < firstYear || year > lastYear)) return false;
  const days = longestMonths[month];
  if (days === undefined || day > days) return false;
  return month !== 2 || day !== 29 || year === 0 || isLeap(year);
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** Reads seven octets; refuses with `range` what no calendar or clock shows. */
export function readDateTime(reader: OctetReader): DateTime {
  const year = reader.uint16();
  const month = reader.uint8();
  const day = reader.uint8();
  const hour = reader.uint8();
  const minute = reader.uint8();
  const second = reader.uint8();
  if (hour > 23 || minute > 59 || second > 59 || !isDate(year, month, day)) {
    throw new CodecRefusal('range');
  }
  if (year !== 0 && month !== 0 && day !== 0) {
    return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  }
  return { year: year || null, month: month || null, day: day || null, hour, minute, second };
}

const localDateTime = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/;

function partsOf(value: DateTime): PartialDateTime {
  if (typeof value !== 'string') return value;
  const parts = localDateTime.exec(value);
  if (parts === null) throw new CodecRefusal('format');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  return { year, month, day, hour, minute, second };
}

/** Writes seven octets, 0 for an unknown part; refuses what {@link readDateTime} refuses. */
export function writeDateTime(writer: OctetWriter, value: DateTime): void {
  const parts = partsOf(value);
  const year = whole(parts.year ?? 0, lastYear);
  const month = whole(parts.month ?? 0, 12);
  const day = whole(parts.day ?? 0, 31);
  if (!isDate(year, month, day)) throw new CodecRefusal('range');
  writer.uint16(year).uint8(month).uint8(day);
  writer.uint8(whole(parts.hour, 23)).uint8(whole(parts.minute, 59)).uint8(whole(parts.second, 59));
}

const millisecondsPerMinute = 60_000;
/** The first time past the last year that has four digits. */
const endMilliseconds = Date.UTC(lastYear + 1, 0, 1);

/** The time so long after 1970 began, without a zone; null where its year has no four digits. */
export function dateTimeAt(milliseconds: number): LocalDateTime | null {
  if (milliseconds >= endMilliseconds) return null;
  const at = new Date(milliseconds);
  const date = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${date}T${time}`;
}

/** The time so many minutes later; null where the result has no four-digit year. */
export function plusMinutes(time: LocalDateTime, minutes: number): LocalDateTime | null {
  if (minutes === 0) return time;
  return dateTimeAt(Date.parse(`${time}Z`) + minutes * millisecondsPerMinute);
}

export interface DateTimeValue {
  readonly dateTime: DateTime;
}

/** Date Time, 2A08. */
export const dateTime: Codec<DateTimeValue> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const value = readDateTime(reader);
    reader.end();
    return { dateTime: value };
  },
  encode(value) {
    const writer = new OctetWriter();
    writeDateTime(writer, value.dateTime);
    return writer.octets();
  },
};
