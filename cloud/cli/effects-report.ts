import type { EffectFigure, EffectsReport } from '@hemma/protocols/api/effects.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import { table } from '@hemma/runtime/table.js';
import { type Result } from './context.js';
import { effectsCsv } from '../effects/csv.js';
import { levelText, stateTexts, unknownTexts } from '../effects/words.js';

const heads = {
  sv: ['mått', 'värde', 'enhet', 'personer', 'mål', 'nått'],
  en: ['measure', 'value', 'unit', 'persons', 'target', 'met'],
} as const;
const words = {
  sv: { definition: 'Definition', baseline: 'nollmätning', target: 'mål', yes: 'ja', no: 'nej' },
  en: { definition: 'Definition', baseline: 'baseline', target: 'target', yes: 'yes', no: 'no' },
} as const;

/**
 * What `hemma-cloud effects report` prints: a table with the definitions below, or the lines of a CSV
 * file; `value` is the report itself.
 */
export function effectsCommand(report: EffectsReport, language: Language, csv: boolean): Result {
  const lines = csv
    ? effectsCsv(report, language).trimEnd().split('\r\n')
    : reportLines(report, language);
  return { value: report, lines };
}

function reportLines(report: EffectsReport, language: Language): readonly string[] {
  const { period, level, measures } = report;
  return [
    `${period.from} – ${period.to}, ${levelText(level, language)}`,
    ...unknownTexts(report).map((it) => it[language]),
    '',
    ...table(
      heads[language],
      measures.flatMap((it) => figureRows(it, language)),
    ),
    '',
    ...measures.flatMap((it) => definitionLines(it, language)),
  ];
}

function figureRows(figure: EffectFigure, language: Language): readonly (readonly string[])[] {
  const { name, state, value, unit, n, target, details } = figure;
  const shownValue = state === 'computed' ? shown(value, language) : stateTexts[state][language];
  const { yes, no } = words[language];
  const met = target.met === null ? '' : target.met ? yes : no;
  return [
    [name[language], shownValue, unit, count(n), target.text, met],
    ...details.map((it) => [
      `  ${it.name[language]}`,
      it.suppressed ? stateTexts.suppressed[language] : shown(it.value, language),
      ...[it.unit, count(it.n), '', ''],
    ]),
  ];
}

function definitionLines(figure: EffectFigure, language: Language): readonly string[] {
  const { name, definition, baseline, target, note } = figure;
  const { definition: head, baseline: base, target: aim } = words[language];
  const lines = [
    `${head}, ${name[language]}: ${definition.formula}`,
    `  ${base}: ${baseline.text}${baseline.value === null ? '' : ` (${shown(baseline.value, language)})`}; ${aim}: ${target.text}`,
  ];
  return note === null ? lines : [...lines, `  ${note[language]}`];
}

function shown(value: number | null, language: Language): string {
  if (value === null) return '-';
  return language === 'sv' ? String(value).replace('.', ',') : String(value);
}

function count(n: number | null): string {
  return n === null ? '-' : String(n);
}
