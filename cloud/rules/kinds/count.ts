import type { Condition } from '@hemma/protocols/plans/condition.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import { compare, decimal } from '../../plans/decimal.js';
import type { Evidence } from '../../plans/evidence.js';
import type { Moment, Sample } from '../../plans/lookup.js';
import { type ConditionKind, holdsByTime, verdictOn } from '../condition.js';

type Count = Extract<Condition, { type: 'count' }>;
type CountBelow = Extract<Condition, { type: 'count-below' }>;

/** At least `atLeast` readings match in the last N days, today included, or in the series. */
export const count: ConditionKind<Count> = {
  moments: ({ metric, aggregate }, evidence) =>
    aggregate === 'series' ? completions(metric, evidence) : evidence.samples(metric, 'reading'),

  judge: (condition, { evidence, point }) => {
    const { metric, match, atLeast } = condition;
    const counted =
      condition.aggregate === 'series'
        ? inSeries(metric, evidence, point)
        : inWindow(metric, condition.window ?? 'P1D', evidence, point);
    const matching = counted.filter((it) => matches(match, it));
    // Known as soon as enough of them were: one more that comes late makes nothing later.
    const firstKnown = matching.toSorted((a, b) => a.knownAt - b.knownAt).slice(0, atLeast);
    const verdict = verdictOn(matching, matching.length >= atLeast);
    if (typeof verdict === 'string') return verdict;
    return { ...verdict, knownAt: Math.max(...firstKnown.map((it) => it.knownAt)) };
  },
};

/** At most `atMost` readings match in the last N days, today included. */
export const countBelow: ConditionKind<CountBelow> = {
  moments: ({ metric }, evidence) => evidence.samples(metric, 'reading'),

  ticks: ({ window }) => ({ time: 'night', days: daysIn(window) }),

  judge: ({ metric, match, atMost, window }, { evidence, point }) => {
    const counted = inWindow(metric, window, evidence, point);
    const matching = counted.filter((it) => matches(match, it));
    return matching.length <= atMost ? holdsByTime(point, matching) : 'fails';
  },
};

function matches({ op, value }: Count['match'], sample: Sample): boolean {
  return compare(sample.value, op, decimal(value));
}

function inWindow(
  metric: string,
  window: string,
  evidence: Evidence,
  point: Moment,
): readonly Sample[] {
  const samples = evidence.samples(metric, 'reading');
  return evidence.between(samples, point.day - daysIn(window) + 1, point);
}

function completions(member: string, evidence: Evidence): readonly Moment[] {
  const complete = evidence.runs(member).filter((it) => it.status === 'complete');
  return complete.map(({ at, day }) => ({ at, day, seq: -1 }));
}

/** The kept readings of the latest complete series, as of its completion. */
function inSeries(member: string, evidence: Evidence, point: Moment): readonly Sample[] {
  const done = evidence.runs(member).filter((it) => it.status === 'complete' && it.at <= point.at);
  const run = done.at(-1);
  if (run === undefined) return [];
  const { at, day } = run;
  return run.kept.flatMap(({ id, values, knownAt }) => {
    const value = values[member];
    if (value === undefined) return [];
    return [{ at, day, seq: -1, metric: member, value, knownAt: Math.max(at, knownAt), ids: [id] }];
  });
}
