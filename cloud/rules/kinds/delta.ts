import type { Condition } from '@hemma/protocols/plans/condition.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import { largest, smallest } from '../../plans/decimal.js';
import { type ConditionKind, verdictOn } from '../condition.js';
import { testOf } from '../../plans/limit.js';

type Delta = Extract<Condition, { type: 'delta' }>;

/**
 * The daily value of today less the smallest (or largest) of the N calendar days before today.
 * Not judged without a value in those days.
 */
export const delta: ConditionKind<Delta> = {
  moments: ({ metric }, evidence) => evidence.samples(metric, 'daily'),

  judge: (condition, { evidence, point }) => {
    const test = testOf(condition, evidence);
    if (test === null || !evidence.isReady(condition.metric, point.day)) return 'silent';
    const [today] = evidence.latest(condition.metric, 'daily', 1, point);
    if (today === undefined) return 'fails';
    const samples = evidence.samples(condition.metric, 'daily');
    const before = evidence
      .between(samples, today.day - daysIn(condition.window), today)
      .filter((it) => it.day < today.day);
    const reference = condition.reference === 'window-min' ? smallest : largest;
    const from = reference(before.map((it) => it.value));
    const extreme = before.filter((it) => from?.eq(it.value)).slice(-1);
    return verdictOn([today, ...extreme], from !== null && test(today.value.minus(from)));
  },
};
