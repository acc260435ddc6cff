import type { Plan } from '@hemma/protocols/plans/plan.js';
import { type Decimal, mean, median, roundHalfUp } from './decimal.js';
import type { Baseline, Lookup, Sample } from './lookup.js';
import { seriesMean } from './series.js';

/** Monitoring plans §8: how `baseline.rule`, which plans put in words, is computed. */
export interface BaselineRule {
  /** Of the daily values of a measurement. Scores have their first complete answers. */
  readonly statistic: (values: readonly Decimal[]) => Decimal | null;
  readonly minDays: number;
  /** Days with a symptom rule active do not count. */
  readonly withoutSymptomDays?: boolean;
  /** The first complete series is the zero measurement of what it measures. */
  readonly ofFirstSeries?: boolean;
  /** First answers count whenever they come, not only inside `windowDays`. */
  readonly anyTime?: boolean;
}

const definitions: Readonly<Record<string, BaselineRule>> = {
  'median of daily values; frozen when the phase "start" ends; needs at least 7 days with values': {
    statistic: median,
    minDays: 7,
  },
  'mean of the first complete series': { statistic: mean, minDays: 1, ofFirstSeries: true },
  'median of the first 14 days with at least 6 values, calculated only from days without a symptom rule active':
    { statistic: median, minDays: 6, withoutSymptomDays: true },
  'mean of the first 7-point profiles plus latest HbA1c within 3 months': {
    statistic: mean,
    minDays: 1,
  },
  'first complete answers': { statistic: ([first]) => first ?? null, minDays: 1, anyTime: true },
  'answers before module 1': { statistic: ([first]) => first ?? null, minDays: 1 },
  'first week, before tailoring is adjusted': { statistic: mean, minDays: 1 },
};

const baselineRules: ReadonlyMap<string, BaselineRule> = new Map(Object.entries(definitions));

/** Null when the words of the plan are not known here: the plan check refuses it then. */
export function baselineRuleOf(plan: Plan): BaselineRule | null {
  return baselineRules.get(plan.baseline.rule) ?? null;
}

interface BaselineOptions {
  readonly plan: Plan;
  readonly startDay: number;
  readonly isScore: boolean;
  readonly symptomDays: ReadonlySet<number>;
}

/** A zero measurement with the entries that it was made of. */
export interface TakenBaseline extends Baseline {
  readonly ids: readonly string[];
}

/** The zero measurement of a metric; null while there is not enough to take it from. */
export function takeBaseline(
  metric: string,
  lookup: Lookup,
  options: BaselineOptions,
): TakenBaseline | null {
  const rule = baselineRuleOf(options.plan);
  if (rule === null) return null;
  if (options.isScore) return firstAnswers(lookup.scores(metric), rule, options);
  if (rule.ofFirstSeries === true) return ofFirstSeries(metric, lookup);
  const excluded = rule.withoutSymptomDays === true ? options.symptomDays : new Set<number>();
  const days = inWindow(lookup.daily(metric), options).filter((it) => !excluded.has(it.day));
  const value = days.length < rule.minDays ? null : rule.statistic(days.map((it) => it.value));
  if (value === null) return null;
  const ids = days.flatMap((it) => it.ids);
  return { ...shown(value, metric, lookup, endOfWindow(options)), ids };
}

function firstAnswers(
  scores: readonly Sample[],
  rule: BaselineRule,
  options: BaselineOptions,
): TakenBaseline | null {
  const [first] = rule.anyTime === true ? scores : inWindow(scores, options);
  return first === undefined ? null : { value: first.value, fromDay: first.day, ids: first.ids };
}

function ofFirstSeries(member: string, lookup: Lookup): TakenBaseline | null {
  const run = lookup.runs(member).find((it) => it.status === 'complete');
  const value = run && seriesMean(run, member);
  if (!value) return null;
  return { ...shown(value, member, lookup, run.day), ids: run.kept.map((it) => it.id) };
}

function inWindow(samples: readonly Sample[], options: BaselineOptions): readonly Sample[] {
  return samples.filter((it) => it.day >= options.startDay && it.day < endOfWindow(options));
}

function endOfWindow({ plan, startDay }: BaselineOptions): number {
  return startDay + plan.baseline.windowDays;
}

function shown(value: Decimal, metric: string, lookup: Lookup, fromDay: number): Baseline {
  return { value: roundHalfUp(value, lookup.decimals(metric)), fromDay };
}
