import type { When } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Comparison } from '@hemma/protocols/plans/text.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { limitOf } from '../plans/limit.js';
import { numberOf, withDefaults } from '../plans/parameters.js';
import type { ParameterValues } from '../plans/parameters.js';

export type Direction = 'above' | 'below';

export function directionOf(op: Comparison): Direction {
  return op.startsWith('<') ? 'below' : 'above';
}

/** A line in the chart of a quantity. */
export interface DrawnLimit {
  readonly direction: Direction;
  readonly value: number;
  readonly severity: 'yellow' | 'red';
}

/**
 * The lines to draw in the chart of a quantity: the limits of those rules of a patient's plan that are
 * on and look at the quantity itself, as each reading comes or as one value a day (monitoring plans
 * §5). What is only information is not drawn, nor a limit whose parameter is not set.
 */
export function drawnLimits(
  plan: Plan,
  values: ParameterValues,
  code: QuantityCode,
): readonly DrawnLimit[] {
  const set = withDefaults(plan, values);
  return plan.rules
    .filter((rule) => rule.enabledByDefault)
    .flatMap(({ severity, when }) =>
      severity === 'info'
        ? []
        : branches(when).flatMap((branch) => {
            const limit = lineOf(branch, set, code);
            return limit === null ? [] : [{ ...limit, severity }];
          }),
    );
}

/** Inside `all` a threshold says nothing by itself. */
function branches(when: When): readonly When[] {
  return when.type === 'any' ? when.of.flatMap(branches) : [when];
}

function lineOf(
  when: When,
  set: ParameterValues,
  code: QuantityCode,
): Omit<DrawnLimit, 'severity'> | null {
  if (when.type !== 'threshold' || when.op === '=' || when.metric !== code) return null;
  if (when.aggregate !== 'reading' && when.aggregate !== 'daily') return null;
  const limit = limitOf(when, { parameter: (id) => numberOf(set, id) });
  return limit && { direction: directionOf(when.op), value: limit.toNumber() };
}
