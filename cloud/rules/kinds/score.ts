import { type Condition, leavesOf } from '@hemma/protocols/plans/condition.js';
import { compare, decimal } from '../../plans/decimal.js';
import { type ConditionKind, verdictOn } from '../condition.js';
import { testOf } from '../../plans/limit.js';

type Score = Extract<Condition, { type: 'score' }>;
type ScoreBack = Extract<Condition, { type: 'score-back' }>;

/** The latest `consecutive` scores, or their changes from the baseline, are beyond the limit. */
export const score: ConditionKind<Score> = {
  moments: ({ metric }, evidence) => evidence.samples(metric, 'score'),

  judge: (condition, { evidence, point }) => {
    const { metric, consecutive, mode } = condition;
    const test = testOf(condition, evidence);
    const baseline = mode === 'change' ? evidence.baseline(metric, point.day) : null;
    const fromDay = baseline?.fromDay ?? Infinity;
    if (test === null || (mode === 'change' && fromDay > point.day)) return 'silent';
    const latest = evidence.latest(metric, 'score', consecutive, point);
    const reference = baseline?.value ?? decimal(0);
    const areBeyond = latest.every((it) => test(it.value.minus(reference)));
    return verdictOn(latest, latest.length === consecutive && areBeyond);
  },
};

/** The latest score is back to baseline + n, for rules on falling scores to baseline − n. */
export const scoreBack: ConditionKind<ScoreBack> = {
  moments: ({ metric }, evidence) => evidence.samples(metric, 'score'),

  judge: ({ metric, to }, { evidence, point, rule }) => {
    const baseline = evidence.baseline(metric, point.day);
    if (baseline === null || baseline.fromDay > point.day) return 'silent';
    const margin = Number(to.split('+')[1] ?? 0);
    const isFalling = leavesOf(rule.when).some(
      (it) => it.type === 'score' && it.metric === metric && it.op.startsWith('<'),
    );
    const limit = baseline.value.plus(isFalling ? -margin : margin);
    const latest = evidence.latest(metric, 'score', 1, point);
    return verdictOn(
      latest,
      latest.every((it) => compare(it.value, isFalling ? '>=' : '<=', limit)),
    );
  },
};
