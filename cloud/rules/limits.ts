import type { Clear, When } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Rule, Severity } from '@hemma/protocols/plans/rule.js';
import type { Comparison, Text } from '@hemma/protocols/plans/text.js';
import { quantityUnits } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { decimal } from '../plans/decimal.js';
import { numberOf, withDefaults } from '../plans/parameters.js';
import type { ParameterValues } from '../plans/parameters.js';

/**
 * The limits of a patient's plan: those `threshold` rules that look at a measured quantity itself,
 * as each reading comes or as one value a day (monitoring plans §5).
 */
export interface Limit {
  readonly code: QuantityCode;
  readonly op: Comparison;
  readonly value: number;
  readonly aggregate: 'reading' | 'daily';
  /** So many values in a row. */
  readonly consecutive: number;
}

export interface LimitRule {
  readonly id: string;
  readonly name: Text;
  readonly severity: Severity;
  /** Any of these raises it. */
  readonly raises: readonly Limit[];
  /** All of these clear it, each further back than its trigger; null when only a person does. */
  readonly clears: readonly Limit[] | null;
}

export type Direction = 'above' | 'below';

export function directionOf(op: Comparison): Direction {
  return op.startsWith('<') ? 'below' : 'above';
}

/** The rules with limits that are on; a limit whose parameter is not set for the patient is left out. */
export function limitRules(plan: Plan, values: ParameterValues): readonly LimitRule[] {
  const set = withDefaults(plan, values);
  return plan.rules
    .filter((rule) => rule.enabledByDefault)
    .map((rule) => limitRule(rule, set))
    .filter((rule) => rule.raises.length > 0);
}

function limitRule(rule: Rule, set: ParameterValues): LimitRule {
  const { id, name, severity } = rule;
  const raises = branches(rule.when).flatMap((when) => raisingLimit(when, set) ?? []);
  return { id, name, severity, raises, clears: clearingLimits(rule.clear ?? null, raises, set) };
}

/** Inside `all` a threshold says nothing by itself. */
function branches(when: When): readonly When[] {
  return when.type === 'any' ? when.of.flatMap(branches) : [when];
}

function raisingLimit(when: When, set: ParameterValues): Limit | null {
  if (when.type !== 'threshold' || when.op === '=') return null;
  const { valueFromParameter: id, factor = 1 } = when;
  const value = id === undefined ? decimal(when.value) : numberOf(set, id)?.times(factor);
  return value === undefined ? null : limitOf(when, value.toNumber());
}

/**
 * Of an `all` those parts are kept that belong to a quantity that raises the rule. Anything but a
 * limit on such a quantity (a delta, a score, an answer) needs a person.
 */
function clearingLimits(
  clear: Clear | null,
  raises: readonly Limit[],
  set: ParameterValues,
): readonly Limit[] | null {
  if (clear === null) return null;
  const parts = clear.type === 'all' ? clear.of : [clear];
  const limits = parts
    .flatMap((part) => clearingLimit(part, set) ?? [])
    .filter((limit) => raises.some((raise) => raise.code === limit.code));
  const covered = raises.every((raise) => limits.some((limit) => limit.code === raise.code));
  return covered && limits.length > 0 ? limits : null;
}

function clearingLimit(clear: Clear, set: ParameterValues): Limit | null {
  if (clear.type !== 'threshold' || clear.op === '=') return null;
  const { offsetFromParameter: from } = clear;
  if (from === undefined) return limitOf(clear, clear.value);
  const value = numberOf(set, from.parameter)
    ?.times(from.factor ?? 1)
    .plus(from.offset);
  return value === undefined ? null : limitOf(clear, value.toNumber());
}

interface Threshold {
  readonly metric: string;
  readonly aggregate: string;
  readonly op: Comparison;
  readonly consecutive: number;
}

function limitOf({ metric, aggregate, op, consecutive }: Threshold, value: number): Limit | null {
  if (!isQuantity(metric) || (aggregate !== 'reading' && aggregate !== 'daily')) return null;
  return { code: metric, op, value, aggregate, consecutive };
}

function isQuantity(metric: string): metric is QuantityCode {
  return Object.hasOwn(quantityUnits, metric);
}

/** The value at which a raised limit clears; null when only a person clears it. */
export function clearsAt(rule: LimitRule, limit: Limit): number | null {
  return rule.clears?.find((clear) => clear.code === limit.code)?.value ?? null;
}

export interface DrawnLimit {
  readonly direction: Direction;
  readonly value: number;
  readonly severity: 'yellow' | 'red';
}

/** The lines to draw in the chart of a quantity. */
export function drawnLimits(rules: readonly LimitRule[], code: QuantityCode): DrawnLimit[] {
  return rules.flatMap(({ severity, raises }) =>
    severity === 'info'
      ? []
      : raises
          .filter((limit) => limit.code === code)
          .map(({ op, value }) => ({ direction: directionOf(op), value, severity })),
  );
}
