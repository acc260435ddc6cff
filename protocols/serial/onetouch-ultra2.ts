/**
 * A line of a LifeScan OneTouch Ultra2 (9600 8N1), the answer to `11 0D` and a command: text, a
 * blank, four hexadecimal digits, CR LF. The digits are the sum of all characters before that
 * blank, modulo 65 536. Results are in mg/dL on every meter, whatever it displays. Sources:
 * Tidepool uploader, glucometerutils otultra2.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { ascii, asciiOctets, refuseUnless, sum16, whole } from './fields.js';
import { asciiLines, type FrameRule } from './framer.js';
import { fromLocal, toEpochSeconds, toLocal } from './local-time.js';

/** First line of the answer to DMP. */
export interface Ultra2Header {
  readonly kind: 'header';
  readonly records: number;
  readonly serial: string;
  readonly displayUnit: 'MG/DL' | 'MMOL/L';
}

export interface Ultra2Record {
  readonly kind: 'record';
  readonly timestamp: LocalDateTime;
  readonly glucoseMgPerDl: number;
  /** Never a patient's value. */
  readonly controlSolution: boolean;
  /** N none, B before, A after a meal. */
  readonly mealFlag: 'N' | 'B' | 'A';
  /** Two digits, 00 to 11. */
  readonly comment: string;
}

/** Answers to DMF and DMT (clock), DM@ (serial number), DM? (software version). */
export type Ultra2Answer =
  | { readonly kind: 'dateTime'; readonly timestamp: LocalDateTime }
  | { readonly kind: 'serialNumber'; readonly serial: string }
  | { readonly kind: 'version'; readonly version: string };

/** What a line says. */
export type Ultra2Content = Ultra2Header | Ultra2Record | Ultra2Answer;

export type Ultra2Line = { readonly checksum: string } & Ultra2Content;

const linePattern = /^(.+) ([0-9A-F]{4})\r?\n?$/;
const clock = '"[A-Z]{3}","(\\d\\d)/(\\d\\d)/(\\d\\d)","(\\d\\d):(\\d\\d):(\\d\\d)   "';
const headerPattern = /^P (\d{3}),"([0-9A-Z]{9})","(MG\/DL|MMOL\/L) ?"$/;
const recordPattern = new RegExp(
  `^P ${clock},"([C ]) (\\d{3})([? ])","([NBA])","(0\\d|1[01])", 00$`,
);
const timePattern = new RegExp(`^[FT] ${clock}$`);
const serialPattern = /^@ "([0-9A-Z]{9})"$/;
const versionPattern = /^\?(.+)$/;
/** A record has 62 characters; the version is the only text of open length. */
const longestLine = 96;

/** Where the lines are in what the meter sends. */
export const ultra2Lines: FrameRule = asciiLines(['P ', 'F ', 'T ', '@ ', '?'], longestLine);

/** Month first; the firmware knows two digits of the year. */
function time([month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0]: readonly number[]) {
  return toLocal({ year: 2000 + year, month, day, hour, minute, second });
}

function record(match: RegExpExecArray): Ultra2Record {
  const [control, value, parity, meal, comment = ''] = match.slice(7);
  // The meter marks a stored result whose memory parity failed; its figure cannot be relied on.
  refuseUnless(parity !== '?', 'checksum');
  return {
    kind: 'record',
    timestamp: time(match.slice(1, 7).map(Number)),
    glucoseMgPerDl: Number(value),
    controlSolution: control === 'C',
    mealFlag: meal === 'B' || meal === 'A' ? meal : 'N',
    comment,
  };
}

function header([, records, serial = '', unit]: RegExpExecArray): Ultra2Header {
  const displayUnit = unit === 'MG/DL' ? 'MG/DL' : 'MMOL/L';
  return { kind: 'header', records: Number(records), serial, displayUnit };
}

function content(text: string): Ultra2Content {
  const asRecord = recordPattern.exec(text);
  if (asRecord !== null) return record(asRecord);
  const asHeader = headerPattern.exec(text);
  if (asHeader !== null) return header(asHeader);
  const asTime = timePattern.exec(text);
  if (asTime !== null) return { kind: 'dateTime', timestamp: time(asTime.slice(1).map(Number)) };
  const serial = serialPattern.exec(text)?.[1];
  if (serial !== undefined) return { kind: 'serialNumber', serial };
  const version = versionPattern.exec(text)?.[1];
  if (version !== undefined) return { kind: 'version', version };
  throw new CodecRefusal('format');
}

const weekdays = ['THU', 'FRI', 'SAT', 'SUN', 'MON', 'TUE', 'WED'] as const;
const secondsPerDay = 86_400;

function clockText(timestamp: LocalDateTime): string {
  const { year, month, day, hour, minute, second } = fromLocal(timestamp);
  const parts = [month, day, whole(year - 2000, 0, 99), hour, minute, second];
  const [mm, dd, yy, h, m, s] = parts.map((part) => part.toString().padStart(2, '0'));
  // The first of January 1970 was a Thursday.
  const weekday = weekdays[Math.floor(toEpochSeconds(timestamp) / secondsPerDay) % 7] ?? '';
  return `"${weekday}","${mm ?? ''}/${dd ?? ''}/${yy ?? ''}","${h ?? ''}:${m ?? ''}:${s ?? ''}   "`;
}

function text(line: Ultra2Content): string {
  switch (line.kind) {
    case 'header': {
      const count = whole(line.records, 0, 999).toString().padStart(3, '0');
      return `P ${count},"${line.serial}","${line.displayUnit.padEnd(6)}"`;
    }
    case 'record': {
      const value = whole(line.glucoseMgPerDl, 0, 999).toString().padStart(3, '0');
      const result = `"${line.controlSolution ? 'C' : ' '} ${value} "`;
      return `P ${clockText(line.timestamp)},${result},"${line.mealFlag}","${line.comment}", 00`;
    }
    case 'dateTime':
      return `F ${clockText(line.timestamp)}`;
    case 'serialNumber':
      return `@ "${line.serial}"`;
    case 'version':
      return `?${line.version}`;
  }
}

/**
 * Refuses `checksum` (missing, wrong, or a record the meter itself marks as damaged), `format` and
 * `range`. The encoder computes the check sum.
 */
export const ultra2Line: Codec<Ultra2Line> = {
  decode: (octets) => {
    const match = linePattern.exec(ascii(octets));
    if (match === null) throw new CodecRefusal('checksum');
    const [, said = '', checksum = ''] = match;
    const sum = sum16(octets.subarray(0, said.length));
    refuseUnless(sum === Number.parseInt(checksum, 16), 'checksum');
    return { checksum, ...content(said) };
  },
  encode: (line) => {
    const said = text(line);
    const checksum = sum16(asciiOctets(said)).toString(16).toUpperCase().padStart(4, '0');
    return asciiOctets(`${said} ${checksum}\r\n`);
  },
};
