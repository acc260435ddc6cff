import type { Parameter, ParameterValue, Plan } from '@hemma/protocols/plans/plan.js';
import { type Decimal, decimal } from './decimal.js';
import { type Problem, problem } from './problems.js';

export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** The patient's settings with the defaults of the plan for what is not set. */
export function withDefaults(plan: Plan, values: ParameterValues): ParameterValues {
  const defaults = Object.fromEntries(plan.parameters.map((it) => [it.id, it.default]));
  return { ...defaults, ...values };
}

/** A parameter as a number; null when it is not set, or is no number. */
export function numberOf(values: ParameterValues, id: string): Decimal | null {
  const value = values[id];
  return typeof value === 'number' ? decimal(value) : null;
}

/**
 * The start guard (monitoring plans §5): what keeps a patient from being started with these
 * settings. Empty when everything required is filled in, every limit is within its bounds, and red
 * is beyond yellow.
 */
export function startGuard(plan: Plan, values: ParameterValues): readonly Problem[] {
  const set = withDefaults(plan, values);
  const known = new Set(plan.parameters.map((it) => it.id));
  const unknown = Object.keys(values).filter((id) => !known.has(id));
  return [
    ...unknown.map((id) => problem('start_parameter_unknown', pathOf(id))),
    ...plan.parameters.flatMap((it) => missing(it, set)),
    ...limitProblems(plan, set),
  ];
}

/** The part of the start guard that also holds for the defaults of a plan. */
export function limitProblems(plan: Plan, set: ParameterValues): readonly Problem[] {
  return plan.parameters.flatMap((it) => [
    ...outOfBounds(it, set[it.id] ?? null),
    ...notBelow(it, set),
  ]);
}

function missing({ id, required }: Parameter, set: ParameterValues): readonly Problem[] {
  return required && set[id] == null ? [problem('start_parameter_missing', pathOf(id))] : [];
}

function outOfBounds(parameter: Parameter, value: ParameterValue): readonly Problem[] {
  if (value === null || isAllowed(parameter, value)) return [];
  return [problem('start_parameter_out_of_bounds', pathOf(parameter.id))];
}

function isAllowed(parameter: Parameter, value: ParameterValue): boolean {
  if (!isOfItsKind(parameter, value)) return false;
  const { min, max } = parameter;
  return typeof value !== 'number' || (value >= (min ?? -Infinity) && value <= (max ?? Infinity));
}

/** Whether a value is what the parameter holds at all: yes or no, of its choices, or a number. */
export function isOfItsKind({ unit, allowed }: Parameter, value: ParameterValue): boolean {
  const isChoice = (it: unknown) => typeof it === 'string' && (allowed ?? []).includes(it);
  if (unit === 'yes/no') return typeof value === 'boolean';
  if (unit === 'list') return Array.isArray(value) && value.every(isChoice);
  return allowed === undefined ? typeof value === 'number' : isChoice(value);
}

function notBelow({ id, mustBeBelow }: Parameter, set: ParameterValues): readonly Problem[] {
  if (mustBeBelow === undefined) return [];
  const red = numberOf(set, id);
  const yellow = numberOf(set, mustBeBelow);
  if (red === null || yellow === null || red.lt(yellow)) return [];
  return [problem('start_red_not_beyond_yellow', pathOf(id), `must be below ${mustBeBelow}`)];
}

function pathOf(id: string): string {
  return `parameters.${id}`;
}
