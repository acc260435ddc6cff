import type { Condition } from '@hemma/protocols/plans/condition.js';
import { compare, decimal } from '../../plans/decimal.js';
import { type ConditionKind, verdictOn } from '../condition.js';

type FromTrigger = Extract<Condition, { type: 'from-trigger' }>;

/** The latest daily values less the value that fired, for example 1.0 kg below it. */
export const fromTrigger: ConditionKind<FromTrigger> = {
  moments: ({ metric }, evidence) => evidence.samples(metric, 'daily'),

  judge: ({ metric, op, value, consecutive }, { evidence, point, raised }) => {
    const fired = raised?.used.find((it) => it.metric === metric);
    if (fired === undefined) return 'silent';
    const latest = evidence.latest(metric, 'daily', consecutive, point);
    const areBack = latest.every((it) => compare(it.value.minus(fired.value), op, decimal(value)));
    return verdictOn(latest, latest.length === consecutive && areBack);
  },
};
