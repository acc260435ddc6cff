import type { ConditionLeaf } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { decimal } from './decimal.js';
import { type Limited, limitOf } from './limit.js';
import { numberOf, withDefaults } from './parameters.js';

/**
 * Hysteresis (monitoring plans §9.5): whether a clear condition is further back than a trigger,
 * with the limits that the plan has by default. True for conditions that have nothing in common.
 */
export function isFurtherBack(clear: ConditionLeaf, trigger: ConditionLeaf, plan: Plan): boolean {
  if (subjectOf(clear) !== subjectOf(trigger)) return true;
  if (clear.type === 'threshold' && trigger.type === 'threshold') {
    return isBack(clear, trigger, plan);
  }
  if (clear.type === 'answer-back' && trigger.type === 'answer') {
    return isBack(clear, trigger, plan);
  }
  if (clear.type === 'count-below' && trigger.type === 'count') {
    return clear.atMost < trigger.atLeast;
  }
  if (clear.type === 'from-trigger' && trigger.type === 'delta') return isOpposite(clear, trigger);
  if (clear.type === 'score-back' && trigger.type === 'score' && trigger.mode === 'change') {
    return Number(clear.to.split('+')[1] ?? 0) < Math.abs(trigger.value);
  }
  return true;
}

/** The metric or the item that a condition is about. */
function subjectOf(leaf: ConditionLeaf): string | null {
  if ('metric' in leaf) return leaf.metric;
  return 'item' in leaf ? leaf.item : null;
}

type Direction = -1 | 0 | 1;

function directionOf({ op }: Pick<Limited, 'op'>): Direction {
  if (op === '=') return 0;
  return op.startsWith('>') ? 1 : -1;
}

/** A rising trigger clears below its limit, a falling one above; `=` clears anywhere else. */
function isBack(clear: Limited, trigger: Limited, plan: Plan): boolean {
  const distance = limit(clear, plan).cmp(limit(trigger, plan));
  const direction = directionOf(trigger);
  if (direction === 0) return distance !== 0;
  return directionOf(clear) === -direction && distance === -direction;
}

/** A gain clears by a loss from the value that fired, and the other way round. */
function isOpposite(clear: Limited, trigger: Limited): boolean {
  const direction = directionOf(trigger);
  return directionOf(clear) === -direction && Math.sign(clear.value) === -direction;
}

function limit(condition: Limited, plan: Plan) {
  const defaults = withDefaults(plan, {});
  const parameter = (id: string) => numberOf(defaults, id);
  return limitOf(condition, { parameter }) ?? decimal(condition.value);
}
