/**
 * One line of the diary that an Accu-Chek Mobile shows as a USB drive (DIARY.CSV): UTF-8 with a
 * byte order mark, semicolons, CR LF; a header, the meter's line, a second header, then one line
 * for each result. The headers are those of the Danish edition; figures have a decimal point,
 * results outside the meter's range read HI (above 33.3 mmol/L) and LO (below 0.6). Source:
 * OpenTele CsvFileReader.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { refuseUnless } from './fields.js';
import { fromLocal, toLocal } from './local-time.js';

export interface DiaryRecord {
  readonly kind: 'record';
  /** To the minute. */
  readonly timestamp: LocalDateTime;
  /** Set when the result is outside the meter's range; there is no figure then. */
  readonly range: 'HI' | 'LO' | null;
  readonly mmolPerL: number | null;
  readonly temperatureWarning: boolean;
  readonly outsideTarget: boolean;
  readonly other: boolean;
  readonly beforeMeal: boolean;
  readonly afterMeal: boolean;
  /** Never a patient's value. */
  readonly controlMeasurement: boolean;
}

export interface DiaryMeta {
  readonly kind: 'meta';
  readonly serialNumber: string;
  readonly transferTime: LocalDateTime;
}

export type DiaryLine =
  { readonly kind: 'header1' } | { readonly kind: 'header2' } | DiaryMeta | DiaryRecord;

const byteOrderMark = '\uFEFF';
const firstHeader = 'Serienummer;Overføringsdato;Overføringstidspunkt';
const marks = 'Temperaturadvarsel;Uden for målområde;Øvrigt;Før måltid;Efter måltid;Kontrolmåling';
const secondHeader = `Dato;Tid;Måleresultat;Måleenhed;${marks}`;
const secondHeaders: readonly string[] = [
  secondHeader,
  `Dato;Klokkeslæt;Måleresultat;Måleenhed;${marks}`,
];
const columns = { meta: 3, record: 10 } as const;
const unit = 'mmol/l';
const datePattern = /^(\d\d)\.(\d\d)\.(\d{4})$/;
const clockPattern = /^(\d\d):(\d\d)$/;
const figurePattern = /^\d{1,2}(?:\.\d+)?$/;

/** One for all: making one costs more than a line. The mark is kept, it tells the first line. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(octets: Uint8Array): string {
  try {
    return decoder.decode(octets);
  } catch {
    throw new CodecRefusal('format');
  }
}

function timeOf(date: string, clock: string): LocalDateTime {
  const day = datePattern.exec(date);
  const hour = clockPattern.exec(clock);
  if (day === null || hour === null) throw new CodecRefusal('format');
  return toLocal({
    year: Number(day[3]),
    month: Number(day[2]),
    day: Number(day[1]),
    hour: Number(hour[1]),
    minute: Number(hour[2]),
  });
}

/** The result: a figure, or the side on which it left the meter's range. */
function resultOf(text: string): Pick<DiaryRecord, 'range' | 'mmolPerL'> {
  const side = text.toUpperCase();
  if (side === 'HI' || side === 'LO') return { range: side, mmolPerL: null };
  refuseUnless(figurePattern.test(text), 'format');
  return { range: null, mmolPerL: Number(text) };
}

function record(fields: readonly string[]): DiaryRecord {
  refuseUnless(fields.length === columns.record, 'columns');
  const [date = '', clock = '', result = '', measured, ...checks] = fields;
  const timestamp = timeOf(date, clock);
  refuseUnless(measured === unit, 'unit');
  const [temperatureWarning, outsideTarget, other, beforeMeal, afterMeal, control] = checks.map(
    (check) => check === 'X',
  );
  return {
    kind: 'record',
    timestamp,
    ...resultOf(result),
    temperatureWarning: temperatureWarning === true,
    outsideTarget: outsideTarget === true,
    other: other === true,
    beforeMeal: beforeMeal === true,
    afterMeal: afterMeal === true,
    controlMeasurement: control === true,
  };
}

function meta(fields: readonly string[]): DiaryMeta {
  const [serialNumber = '', date = '', clock = ''] = fields;
  refuseUnless(fields.length === columns.meta, 'columns');
  return { kind: 'meta', serialNumber, transferTime: timeOf(date, clock) };
}

/** Fields without the empty ones at the end, with which the file pads short lines. */
function fieldsOf(line: string): readonly string[] {
  return line.replace(/;+$/, '').split(';');
}

/** Refuses `empty`, `format` (also an unknown header), `columns`, `unit` and `range`. */
export const accuChekDiary: Codec<DiaryLine> = {
  decode: (octets) => {
    const line = textOf(octets).replace(/\r?\n$/, '');
    refuseUnless(line.trim() !== '', 'empty');
    if (line.startsWith(byteOrderMark)) {
      refuseUnless(line.slice(1).replace(/;+$/, '') === firstHeader, 'format');
      return { kind: 'header1' };
    }
    if (secondHeaders.includes(line.replace(/[;\s]+$/, ''))) {
      return { kind: 'header2' };
    }
    const fields = fieldsOf(line);
    return datePattern.test(fields[0] ?? '') ? record(fields) : meta(fields);
  },
  encode: (line) => new TextEncoder().encode(`${text(line)}\r\n`),
};

/** The empty columns with which the first two lines are padded to ten. */
const padding = ';'.repeat(columns.record - columns.meta);

function dateAndClock(local: LocalDateTime): readonly [string, string] {
  const { year, month, day, hour, minute } = fromLocal(local);
  const two = (value: number): string => value.toString().padStart(2, '0');
  return [`${two(day)}.${two(month)}.${year}`, `${two(hour)}:${two(minute)}`];
}

function text(line: DiaryLine): string {
  if (line.kind === 'header1') return `${byteOrderMark}${firstHeader}${padding}`;
  if (line.kind === 'header2') return secondHeader;
  if (line.kind === 'meta') {
    return [line.serialNumber, ...dateAndClock(line.transferTime)].join(';') + padding;
  }
  const checks = [
    line.temperatureWarning,
    line.outsideTarget,
    line.other,
    line.beforeMeal,
    line.afterMeal,
    line.controlMeasurement,
  ].map((set) => (set ? 'X' : ' '));
  const result = line.range ?? line.mmolPerL?.toFixed(1);
  if (result === undefined) throw new CodecRefusal('range');
  return [...dateAndClock(line.timestamp), result, unit, ...checks, ''].join(';');
}
