import { CodedError } from '@hemma/protocols/errors.js';
import { describe, expect, it } from 'vitest';
import { patient } from '../../tooling/testkit/effect-log.js';
import {
  maxImportOctets,
  maxImportRows,
  maxRowChars,
  maxStayDays,
  readInpatientDays,
} from './inpatient-import.js';
import { dayOfDate, dateOfDay } from '@hemma/protocols/plans/calendar.js';

const head = 'patient;inskriven;utskriven;huvuddiagnos';
const context = { isPatient: (ref: string) => ref === patient(1), today: dayOfDate('2026-06-30') };
const known = patient(1);

function read(text: string | Uint8Array) {
  const octets = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readInpatientDays(octets, context);
}

/** The code of the one row, or what was taken in. */
function outcome(row: string): string {
  const [only] = read(`${head}\n${row}\n`);
  if (only === undefined) return 'none';
  if (only.outcome === 'refused') return only.code;
  const { fromDay, toDay, mainDiagnosis } = only.stay;
  return `${dateOfDay(fromDay)} ${toDay === null ? '-' : dateOfDay(toDay)} ${mainDiagnosis}`;
}

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
  return 'none';
}

describe('a row of inpatient days', () => {
  it.each([
    [`${known};2026-03-01;2026-03-05;I50.9`, '2026-03-01 2026-03-05 I509'],
    [`${known};20260301;20260305;i509`, '2026-03-01 2026-03-05 I509'],
    [` ${known} ; 2026-03-01 ; ; E11.6A `, '2026-03-01 - E116A'],
    [`"${known}";"2026-03-01";"2026-03-01";"G59.0*"`, '2026-03-01 2026-03-01 G590'],
    [`${known};2026-03-01;2026-03-05;I10.-`, '2026-03-01 2026-03-05 I10'],
    [`${patient(2)};2026-03-01;2026-03-05;I50`, 'stay_patient_unknown'],
    [`19121212-1212;2026-03-01;2026-03-05;I50`, 'stay_patient_unknown'],
    [`${known};2026-02-30;2026-03-05;I50`, 'stay_date'],
    [`${known};01/03/2026;2026-03-05;I50`, 'stay_date'],
    [`${known};2026-03-01;i morgon;I50`, 'stay_date'],
    [`${known};1989-12-31;1990-01-02;I50`, 'stay_date'],
    [`${known};2026-06-30;2026-07-01;I50`, 'stay_date'],
    [`${known};2026-03-05;2026-03-01;I50`, 'stay_order'],
    [`${known};2026-03-01;2026-03-05;`, 'stay_diagnosis'],
    [`${known};2026-03-01;2026-03-05;hjärtsvikt`, 'stay_diagnosis'],
    [`${known};2026-03-01;2026-03-05;I5`, 'stay_diagnosis'],
    [`${known};2026-03-01;2026-03-05`, 'stay_malformed'],
    [`${known};2026-03-01;2026-03-05;I50;1`, 'stay_malformed'],
  ])('%s: %s', (row, expected) => {
    expect(outcome(row)).toBe(expected);
  });

  it('is refused when it is longer than the limit, by a day', () => {
    const from = context.today - maxStayDays;
    const row = (day: number) => `${known};${dateOfDay(day)};${dateOfDay(context.today)};I50`;
    expect(outcome(row(from))).toContain('I50');
    expect(outcome(row(from - 1))).toBe('stay_too_long');
  });

  it('keeps its line, and does not spoil the ones beside it', () => {
    const good = `${known};2026-03-01;2026-03-05;I50`;
    const rows = read(`${head}\r\n${good}\r\n\r\nx;y\r\n${good}\r\n`);
    expect(rows.map((it) => [it.line, it.outcome === 'refused' ? it.code : it.outcome])).toEqual([
      [2, 'accepted'],
      [4, 'stay_malformed'],
      [5, 'stay_repeated'],
    ]);
  });
});

describe('a file of inpatient days', () => {
  const text = `Vårdenhet;Huvuddiagnos;Utskrivningsdatum;Inskrivningsdatum;Patientreferens\nÖstra;I50.9;2026-03-05;2026-03-01;${known}\n`;
  const latin = Uint8Array.from(text, (it) => it.charCodeAt(0));
  const utf8 = new TextEncoder().encode(text);

  it.each([
    ['UTF-8', utf8],
    ['UTF-8 with a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8)],
    ['Windows-1252', latin],
  ])('is read in %s, columns in any order, others left alone', (_name, octets) => {
    expect(read(octets)).toMatchObject([{ outcome: 'accepted', stay: { mainDiagnosis: 'I509' } }]);
  });

  it.each([
    ['', 'import_unreadable'],
    ['patient;inskriven;utskriven\n', 'import_column'],
    [`${head};patient\n`, 'import_column'],
    ['patient,inskriven,utskriven,huvuddiagnos\n', 'import_column'],
    [`${head}\n"${known};2026-03-01\n`, 'import_unreadable'],
  ])('%j: %s', (file, expected) => {
    expect(code(() => read(file))).toBe(expected);
  });

  it('is refused in UTF-16, which Windows-1252 would read as rubbish', () => {
    const utf16 = new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect(code(() => read(utf16))).toBe('import_unreadable');
  });

  it('tells nothing of the file in an error', () => {
    expect(() => read(`${head}\n"${known};2026-03-01\n`)).toThrow(/^Quotation marks do not match/);
  });

  it('has limits, and is read at them', () => {
    const rows = (count: number) => `${head}\n${';;;\n'.repeat(count)}`;
    expect(read(rows(maxImportRows))).toHaveLength(maxImportRows);
    expect(code(() => read(rows(maxImportRows + 1)))).toBe('import_too_large');
    const padded = `${head}\n`.padEnd(maxImportOctets, '\n');
    expect(read(padded)).toEqual([]);
    expect(code(() => read(`${padded}\n`))).toBe('import_too_large');
  });

  it('has no row with more characters, separators not counted, by one', () => {
    const row = (chars: number) =>
      `${head}\n${known};2026-03-01;;${'5'.repeat(chars - `${known}2026-03-01`.length)}\n`;
    expect(read(row(maxRowChars))).toMatchObject([{ code: 'stay_diagnosis' }]);
    expect(code(() => read(row(maxRowChars + 1)))).toBe('import_unreadable');
  });
});
