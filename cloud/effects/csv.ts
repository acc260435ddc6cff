import type { EffectFigure, EffectsReport } from '@hemma/protocols/api/effects.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import { stringify } from 'csv-stringify/sync';
import { levelText, stateTexts, unknownTexts } from './words.js';

const heads: Readonly<Record<Language, readonly string[]>> = {
  sv: [
    ...['Från', 'Till', 'Nivå', 'Mått', 'Del', 'Värde', 'Enhet', 'Antal personer', 'Läge', 'Mål'],
    ...['Målet nått', 'Nollmätning', 'Nollmätning, värde', 'Formel', 'Källa', 'Krav', 'Anmärkning'],
  ],
  en: [
    ...['From', 'To', 'Level', 'Measure', 'Part', 'Value', 'Unit', 'Persons', 'State', 'Target'],
    ...['Target met', 'Baseline', 'Baseline value', 'Formula', 'Source', 'Requirements', 'Note'],
  ],
};
/** Columns of the period and the level, and that of the remark, which is the last. */
const levelColumns = 3;
const noteColumn = heads.sv.length - 1;
const yesNo = { sv: ['ja', 'nej'], en: ['yes', 'no'] } as const;

/**
 * A report as a file for spreadsheets: semicolons, decimal comma, CRLF, with a byte order mark so that
 * Excel reads å, ä and ö. One row for each figure and each of its parts, the definition in all of them.
 */
export function effectsCsv(report: EffectsReport, language: Language): string {
  const rows = report.measures.flatMap((it) => rowsOf(report, it, language));
  const { period, level } = report;
  const unknown = unknownTexts(report).map((it) => [
    ...[period.from, period.to, levelText(level, language)],
    ...Array.from({ length: noteColumn - levelColumns }, () => ''),
    it[language],
  ]);
  return stringify([heads[language], ...rows, ...unknown], {
    delimiter: ';',
    record_delimiter: 'windows',
    bom: true,
  });
}

function rowsOf(
  { period, level }: EffectsReport,
  figure: EffectFigure,
  language: Language,
): readonly (readonly string[])[] {
  const { name, state, target, baseline, definition, note } = figure;
  const measure = [period.from, period.to, levelText(level, language), name[language]];
  const [yes, no] = yesNo[language];
  const met = target.met === null ? '' : target.met ? yes : no;
  const row = (part: string, it: Row, words: string) => [
    ...measure,
    ...[part, number(it.value), it.unit, it.n === null ? '' : String(it.n), words],
    ...[target.text, met, baseline.text, number(baseline.value), definition.formula],
    ...[definition.source, definition.requirements.join(', '), note?.[language] ?? ''],
  ];
  const { computed, suppressed } = stateTexts;
  return [
    row('', figure, stateTexts[state][language]).map(safe),
    ...figure.details.map((it) =>
      row(it.name[language], it, (it.suppressed ? suppressed : computed)[language]).map(safe),
    ),
  ];
}

type Row = Pick<EffectFigure, 'value' | 'unit' | 'n'>;

function number(value: number | null): string {
  return value === null ? '' : String(value).replace('.', ',');
}

/** A text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers. */
function safe(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:,\d+)?$/.test(text) ? `'${text}` : text;
}
