import type { EffectFigure, EffectsReport } from '@hemma/protocols/api/effects.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import { table } from '@hemma/runtime/table.js';
import { type Result } from './context.js';
import { effectsCsv } from '../effects/csv.js';
import type { EffectContent } from '../effects/definitions.js';
import type { EffectLog } from '../effects/log.js';
import { effectsReport } from '../effects/report.js';
import type { EffectsAsked } from '../effects/report.js';
import { levelText, stateTexts } from '../effects/words.js';

/** What is asked on the command line. */
export interface EffectsOptions extends EffectsAsked {
  readonly language: Language;
  /** Lines of a CSV file instead of a table. */
  readonly csv: boolean;
}

const heads = {
  sv: ['mått', 'värde', 'enhet', 'personer', 'mål', 'nått'],
  en: ['measure', 'value', 'unit', 'persons', 'target', 'met'],
} as const;
const words = {
  sv: { definition: 'Definition', baseline: 'nollmätning', target: 'mål', yes: 'ja', no: 'nej' },
  en: { definition: 'Definition', baseline: 'baseline', target: 'target', yes: 'yes', no: 'no' },
} as const;

/**
 * `hemma-cloud effects report`: the report as a table with the definitions below, or as CSV; `value` is
 * the report itself. Throws {@link CodedError} `not_found` for a plan that there is not.
 */
export function effectsCommand(
  log: EffectLog,
  options: EffectsOptions,
  content: EffectContent,
): Result {
  const { language } = options;
  const report = effectsReport(log, options, content);
  const lines = options.csv
    ? effectsCsv(report, language).trimEnd().split('\r\n')
    : reportLines(report, language);
  return { value: report, lines };
}

function reportLines(report: EffectsReport, language: Language): readonly string[] {
  const { period, level, measures } = report;
  return [
    `${period.from} – ${period.to}, ${levelText(level, language)}`,
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
