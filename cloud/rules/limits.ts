import type { Clear, When } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Rule, Severity } from '@hemma/protocols/plans/rule.js';
import type { Comparison, Text } from '@hemma/protocols/plans/text.js';
import { quantityUnits } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { decimal } from '../plans/decimal.js';
import { numberOf, withDefaults } from '../plans/parameters.js';
import type { ParameterValues } from '../plans/parameters.js';
import { intervalDays } from '../plans/schedule.js';

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
  /** How many days back the oldest of them may be. */
  readonly reachDays: number;
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
    .map((rule) => limitRule(rule, { plan, set }))
    .filter((rule) => rule.raises.length > 0);
}

/** A plan with what is set for one patient. */
interface OwnPlan {
  readonly plan: Plan;
  readonly set: ParameterValues;
}

function limitRule(rule: Rule, own: OwnPlan): LimitRule {
  const { id, name, severity } = rule;
  const raises = branches(rule.when).flatMap((when) => raisingLimit(when, own) ?? []);
  return { id, name, severity, raises, clears: clearingLimits(rule.clear ?? null, raises, own) };
}

/** Inside `all` a threshold says nothing by itself. */
function branches(when: When): readonly When[] {
  return when.type === 'any' ? when.of.flatMap(branches) : [when];
}

function raisingLimit(when: When, own: OwnPlan): Limit | null {
  if (when.type !== 'threshold' || when.op === '=') return null;
  const { valueFromParameter: id, factor = 1 } = when;
  const value = id === undefined ? decimal(when.value) : numberOf(own.set, id)?.times(factor);
  return value === undefined ? null : limitOf(when, value.toNumber(), own.plan);
}

/**
 * Of an `all` those parts are kept that belong to a quantity that raises the rule. Anything but a
 * limit on such a quantity (a delta, a score, an answer) needs a person.
 */
function clearingLimits(
  clear: Clear | null,
  raises: readonly Limit[],
  own: OwnPlan,
): readonly Limit[] | null {
  if (clear === null) return null;
  const parts = clear.type === 'all' ? clear.of : [clear];
  const limits = parts
    .flatMap((part) => clearingLimit(part, own) ?? [])
    .filter((limit) => raises.some((raise) => raise.code === limit.code));
  const covered = raises.every((raise) => limits.some((limit) => limit.code === raise.code));
  return covered && limits.length > 0 ? limits : null;
}

function clearingLimit(clear: Clear, { plan, set }: OwnPlan): Limit | null {
  if (clear.type !== 'threshold' || clear.op === '=') return null;
  const { offsetFromParameter: from } = clear;
  if (from === undefined) return limitOf(clear, clear.value, plan);
  const value = numberOf(set, from.parameter)
    ?.times(from.factor ?? 1)
    .plus(from.offset);
  return value === undefined ? null : limitOf(clear, value.toNumber(), plan);
}

interface Threshold {
  readonly metric: string;
  readonly aggregate: string;
  readonly op: Comparison;
  readonly consecutive: number;
}

function limitOf(threshold: Threshold, value: number, plan: Plan): Limit | null {
  const { metric, aggregate, op, consecutive } = threshold;
  if (!isQuantity(metric) || (aggregate !== 'reading' && aggregate !== 'daily')) return null;
  const reachDays = Math.ceil(ageFactor * consecutive * measuringInterval(plan, metric));
  return { code: metric, op, value, aggregate, consecutive, reachDays };
}

/** Consecutive values reach back at most 2 × consecutive × interval days (§5). */
const ageFactor = 2;

/** Days between two due days of a quantity, of the sparsest phase. */
function measuringInterval(plan: Plan, code: QuantityCode): number {
  const tasks = plan.tasks.filter((task) => task.measurementTypes.includes(code));
  const task = tasks.find((it) => it.enabledByDefault) ?? tasks[0];
  return task === undefined ? 1 : intervalDays(task.schedule.frequency, null);
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
