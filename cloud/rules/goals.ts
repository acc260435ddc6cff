import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { decimal } from '../plans/decimal.js';
import { numberOf, withDefaults } from '../plans/parameters.js';
import type { ParameterValues } from '../plans/parameters.js';

/** The band that a patient aims at, drawn in the chart of a quantity; null bounds are open. */
export interface GoalBand {
  readonly low: number | null;
  readonly high: number | null;
}

type Goal = Plan['goals'][number];

/** The finger-stick band of the share `inTarget`: monitoring plans §7. */
const glucoseBand: GoalBand = { low: 3.9, high: 10 };

/** The quantity in whose chart the goal of a metric belongs. */
const chartOf: Readonly<Record<string, QuantityCode>> = {
  seriesMeanSys: 'systolic_bp',
  seriesMeanDia: 'diastolic_bp',
  weightVsTarget: 'body_weight',
};

/**
 * The goal band of a quantity under a plan and the patient's parameters; null when the plan sets no
 * goal for it, or its parameter is not filled in (monitoring plans §7).
 */
export function goalBand(plan: Plan, values: ParameterValues, code: QuantityCode): GoalBand | null {
  const set = withDefaults(plan, values);
  for (const goal of plan.goals) {
    const band = bandOf(goal, set, code) ?? pairedBand(plan, goal, set, code);
    if (band !== null) return band;
  }
  return null;
}

function bandOf(goal: Goal, set: ParameterValues, code: QuantityCode): GoalBand | null {
  if (goal.metric === 'inTarget') return code === 'glucose' ? glucoseBand : null;
  if ((chartOf[goal.metric] ?? goal.metric) !== code) return null;
  const own = goal.parameter === null ? null : numberOf(set, goal.parameter);
  if (goal.op === 'within') {
    if (own === null) return null;
    return { low: own.minus(goal.value).toNumber(), high: own.plus(goal.value).toNumber() };
  }
  if (goal.parameter !== null && own === null) return null;
  return openBand(goal.op, (own ?? decimal(goal.value)).toNumber());
}

function openBand(op: Goal['op'], value: number): GoalBand | null {
  if (op === '<' || op === '<=') return { low: null, high: value };
  return op === '>' || op === '>=' ? { low: value, high: null } : null;
}

/**
 * Blood pressure has one goal in two numbers ("below 135/85"), but a goal names one metric. The other
 * number stands beside it in the rule that fires at the goal's own parameter.
 */
function pairedBand(
  plan: Plan,
  goal: Goal,
  set: ParameterValues,
  code: QuantityCode,
): GoalBand | null {
  if (goal.op === 'within' || goal.parameter === null) return null;
  for (const { when } of plan.rules) {
    const thresholds = leavesOf(when).filter((leaf) => leaf.type === 'threshold');
    const parameterOf = (leaf: (typeof thresholds)[number]): string | undefined =>
      'valueFromParameter' in leaf ? leaf.valueFromParameter : undefined;
    if (!thresholds.some((leaf) => parameterOf(leaf) === goal.parameter)) continue;
    const pair = thresholds.find((leaf) => chartOf[leaf.metric] === code);
    const value = numberOf(set, (pair && parameterOf(pair)) ?? '');
    if (value !== null) return openBand(goal.op, value.toNumber());
  }
  return null;
}
