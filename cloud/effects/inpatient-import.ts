import { CodedError, type ErrorCode } from '@hemma/protocols/errors.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { dayOfDate } from '@hemma/protocols/plans/calendar.js';
import type { InpatientStay } from './log.js';

/** Inpatient days of a region's patients for some years are a few megabytes. */
export const maxImportOctets = 16 * 1024 * 1024;
/** Ten stays of each of 10,000 patients. */
export const maxImportRows = 100_000;
/** Other columns of an export included; a quotation mark without its end is found by it. */
export const maxRowChars = 4_096;
/** Nobody is an inpatient for one main diagnosis for longer than ten years. */
export const maxStayDays = 3_653;

/** What became of one row; `line` counts from 1, the row of the headers included. */
export type RowOutcome =
  | { readonly line: number; readonly outcome: 'accepted'; readonly stay: InpatientStay }
  | {
      readonly line: number;
      readonly outcome: 'refused';
      readonly code: ErrorCode;
      readonly column: Column | null;
    };

export interface ImportContext {
  readonly isPatient: (ref: string) => boolean;
  /** The local day on which it is imported: nothing is later. */
  readonly today: number;
}

const columns = {
  patient: ['patient', 'patientreferens'],
  admitted: ['inskriven', 'inskrivningsdatum'],
  discharged: ['utskriven', 'utskrivningsdatum'],
  diagnosis: ['huvuddiagnos', 'huvuddiagnoskod'],
} as const;
type Column = keyof typeof columns;

const firstDay = dayOfDate('1990-01-01');

/** `2026-03-01` or `20260301`, as registers write it; the day. */
const daySchema = z
  .string()
  .transform((it) => it.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'))
  .pipe(z.iso.date())
  .transform(dayOfDate);

/** ICD-10-SE with or without the dot, dagger or asterisk: `I50.0`, `E116A`, `G59.0*`. */
const diagnosisSchema = z
  .string()
  .transform((it) => it.toUpperCase())
  .pipe(z.string().regex(/^[A-Z]\d\d(?:\.?(?:-|[0-9A-Z]{1,3}))?[*†+]?$/))
  .transform((it) => it.replaceAll(/[.\-*†+]/g, ''));

/**
 * A file of inpatient days: values between semicolons, headers in Swedish in any order (`patient`,
 * `inskriven`, `utskriven`, `huvuddiagnos`; others are left alone), UTF-8 with or without a byte order
 * mark, or Windows-1252. Each row has its own outcome; an empty discharge is a patient who is still in
 * hospital. Throws {@link CodedError} `import_too_large`, `import_unreadable` or `import_column` for a
 * file that cannot be read at all. No error holds a value of the file.
 */
export function readInpatientDays(
  octets: Uint8Array,
  context: ImportContext,
): readonly RowOutcome[] {
  if (octets.length > maxImportOctets) throw new CodedError('import_too_large');
  const [head, ...rows] = rowsOf(textOf(octets));
  if (head === undefined) throw new CodedError('import_unreadable', 'The file is empty.');
  const places = placesOf(head.record);
  if (rows.length > maxImportRows) throw new CodedError('import_too_large');
  const seen = new Set<string>();
  return rows.map(({ line, record }) => {
    if (record.length !== head.record.length) return refused(line, 'stay_malformed');
    const value = (column: Column) => (record[places[column]] ?? '').trim();
    return outcomeOf(line, { value, context, seen });
  });
}

interface Row {
  readonly line: number;
  readonly record: readonly string[];
}

function textOf(octets: Uint8Array): string {
  // Text of two octets a character is neither, though Windows-1252 would take it.
  if (octets.includes(0)) throw new CodedError('import_unreadable');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return new TextDecoder('windows-1252').decode(octets);
  }
}

function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = [];
  try {
    parse(text, {
      delimiter: ';',
      relax_column_count: true,
      skip_empty_lines: true,
      // The parser looks before it takes one more.
      max_record_size: maxRowChars - 1,
      // One more than may be: that there are more is found without reading them.
      to: maxImportRows + 2,
      on_record: (record: readonly string[], { lines }) => {
        rows.push({ line: lines, record });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new CodedError('import_unreadable', where(error));
    throw error;
  }
  return rows;
}

/** Only where: the message of the parser quotes the row. */
function where({ code, lines }: CsvError & { readonly lines?: number }): string {
  const what =
    code === 'CSV_MAX_RECORD_SIZE' ? 'The row is too long' : 'Quotation marks do not match';
  return `${what}, line ${lines ?? 0}.`;
}

function placesOf(head: readonly string[]): Readonly<Record<Column, number>> {
  const names = head.map((it) => it.trim().toLowerCase());
  const placeOf = (column: Column): number => {
    const aliases: readonly string[] = columns[column];
    const places = names.flatMap((it, i) => (aliases.includes(it) ? [i] : []));
    const [place, another] = places;
    if (place !== undefined && another === undefined) return place;
    throw new CodedError('import_column', `The first row must name "${aliases[0] ?? ''}" once.`);
  };
  return {
    patient: placeOf('patient'),
    admitted: placeOf('admitted'),
    discharged: placeOf('discharged'),
    diagnosis: placeOf('diagnosis'),
  };
}

function refused(line: number, code: ErrorCode, column: Column | null = null): RowOutcome {
  return { line, outcome: 'refused', code, column };
}

interface RowFacts {
  readonly value: (column: Column) => string;
  readonly context: ImportContext;
  readonly seen: Set<string>;
}

function outcomeOf(line: number, { value, context, seen }: RowFacts): RowOutcome {
  const patient = patientRefSchema.safeParse(value('patient'));
  if (!patient.success || !context.isPatient(patient.data))
    return refused(line, 'stay_patient_unknown', 'patient');
  const fromDay = dayOf(value('admitted'), context);
  if (fromDay === null) return refused(line, 'stay_date', 'admitted');
  const isIn = value('discharged') === '';
  const toDay = isIn ? null : dayOf(value('discharged'), context);
  if (!isIn && toDay === null) return refused(line, 'stay_date', 'discharged');
  if (toDay !== null && toDay < fromDay) return refused(line, 'stay_order', 'discharged');
  if ((toDay ?? context.today) - fromDay > maxStayDays)
    return refused(line, 'stay_too_long', 'discharged');
  const diagnosis = diagnosisSchema.safeParse(value('diagnosis'));
  if (!diagnosis.success) return refused(line, 'stay_diagnosis', 'diagnosis');
  const stay = { patient: patient.data, fromDay, toDay, mainDiagnosis: diagnosis.data };
  const key = JSON.stringify(stay);
  if (seen.has(key)) return refused(line, 'stay_repeated');
  seen.add(key);
  return { line, outcome: 'accepted', stay };
}

function dayOf(text: string, { today }: ImportContext): number | null {
  const parsed = daySchema.safeParse(text);
  if (!parsed.success || parsed.data < firstDay || parsed.data > today) return null;
  return parsed.data;
}
