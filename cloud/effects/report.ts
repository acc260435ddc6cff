import {
  type EffectFigure,
  type EffectsReport,
  type Level,
  type Period,
  effectsReportSchema,
} from '@hemma/protocols/api/effects.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { roundHalfUp } from '../plans/decimal.js';
import { effectMeasures } from './catalogue.js';
import { hiddenDetails, isSmall } from './cells.js';
import { type Definition, type EffectContent, numbersIn } from './definitions.js';
import type { EffectLog } from './log.js';
import { type Computed, type Figure, type Measure, missingInput } from './measure.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import { spanOf } from './period.js';
import { type Scope, scopeOf } from './scope.js';

export interface EffectsAsked {
  readonly period: Period;
  readonly level: Level;
}

/**
 * Every measure of `effect-measures.json`, and our own, for a period and a level, each with its
 * definition. Figures of fewer persons than `smallCellLimit` are suppressed, except those of one
 * patient that is asked for. A measure that cannot be computed is there and says why. Throws
 * `not_found` for a plan that the content does not have.
 */
export function effectsReport(
  log: EffectLog,
  { period, level }: EffectsAsked,
  content: EffectContent,
): EffectsReport {
  const span = spanOf(period, log.calendar);
  const scope = scopeOf(log, { span, level }, content);
  return effectsReportSchema.parse({
    period: { from: dateOfDay(span.fromDay), to: dateOfDay(span.toDay) },
    ...{ level, until: log.until, smallCellLimit: content.smallCellLimit },
    unknownVersions: log.unknownVersions ?? [],
    measures: [...definedIn(content)].map(([definition, measure]) =>
      figureOf(definition, measure, scope),
    ),
  });
}

/** What there is to report, in the order of the content; undefined where nothing computes it. */
export function definedIn({
  definitions,
}: Pick<EffectContent, 'definitions'>): ReadonlyMap<Definition, Measure | undefined> {
  const byId = new Map(effectMeasures.map((it) => [it.id, it]));
  const known = new Set(definitions.map((it) => it.id));
  const own = effectMeasures.flatMap(({ own: it }) => (it && !known.has(it.id) ? [it] : []));
  return new Map([...definitions, ...own].map((it) => [it, byId.get(it.id)]));
}

function figureOf(
  definition: Definition,
  measure: Measure | undefined,
  scope: Scope,
): EffectFigure {
  if (scope.level.kind === 'patient' && !definition.level.includes('patient'))
    return empty(definition, 'not-at-this-level');
  if (measure === undefined)
    return empty(definition, 'not-recorded', {
      sv: 'Måttet räknas inte av den här versionen.',
      en: 'This version does not compute the measure.',
    });
  const missing = missingInput(measure.needs, scope.log);
  if (missing !== undefined)
    return empty(definition, 'not-recorded', {
      sv: `Underlaget "${missing}" registreras inte här.`,
      en: `The input "${missing}" is not recorded here.`,
    });
  const computed = measure.compute(scope, numbersIn(definition.target));
  if (computed.n === 0 && !hasValue(computed)) return empty(definition, 'no-data', computed.note);
  if (isHidden(computed, scope)) return empty(definition, 'suppressed');
  return shown(definition, computed, scope);
}

/** Nobody is a count as good as any: a unit without dropouts has none. */
function hasValue({ value, details }: Computed): boolean {
  return value !== null || details.some((it) => it.n > 0);
}

function isHidden({ n }: Figure, { level, content }: Scope): boolean {
  return level.kind !== 'patient' && isSmall(n, content.smallCellLimit);
}

function shown(definition: Definition, computed: Computed, scope: Scope): EffectFigure {
  const { details, baseline, met, note } = computed;
  const hidden =
    scope.level.kind === 'patient'
      ? new Set()
      : hiddenDetails(details, scope.content.smallCellLimit);
  return {
    ...empty(definition, 'computed', note),
    ...{ value: rounded(computed), n: computed.n, suppressed: false },
    target: { text: definition.target, met },
    baseline: {
      text: definition.baseline,
      value: baseline === undefined || isHidden(baseline, scope) ? null : rounded(baseline),
    },
    details: details.map((it) => ({
      ...{ id: it.id, name: it.name, unit: it.unit },
      ...(hidden.has(it)
        ? { value: null, n: null, suppressed: true }
        : { value: rounded(it), n: it.n, suppressed: false }),
    })),
  };
}

function empty(
  { id, name, unit, formula, baseline, target, level, source, requirements }: Definition,
  state: EffectFigure['state'],
  note?: Text,
): EffectFigure {
  const isSuppressed = state === 'suppressed';
  return {
    ...{ id, name, state, value: null, unit, n: isSuppressed ? null : 0 },
    ...{ suppressed: isSuppressed, details: [], note: note ?? null },
    target: { text: target, met: null },
    baseline: { text: baseline, value: null },
    definition: { formula, level, source, requirements },
  };
}

function rounded({ value, decimals }: Figure): number | null {
  return value === null ? null : roundHalfUp(value, decimals).toNumber();
}
