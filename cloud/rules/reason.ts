import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { ConditionLeaf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import type { Course } from '../plans/course.js';
import { type Decimal, compare, decimal } from '../plans/decimal.js';
import { limitOf } from '../plans/limit.js';
import type { Sample } from '../plans/lookup.js';
import { numberOf } from '../plans/parameters.js';
import { type Direction, directionOf } from './limits.js';
import type { Finding } from './finding.js';

/** Why a rule is true, in numbers: what a person reads beside a finding. */
export interface FindingReason {
  /** The kind of condition that holds; `other` has no number (answers, time without contact). */
  readonly condition: 'value' | 'change' | 'count' | 'other';
  /** Measurement or derived metric; null for `other`. */
  readonly code: string | null;
  /** A change is the rise or fall; of a count the newest value that was counted. */
  readonly value: number | null;
  readonly direction: Direction;
  readonly limit: number | null;
  /** The value at which it clears by itself; null when no single value does that. */
  readonly clearsAt: number | null;
  /** Values in a row, or values counted. */
  readonly values: number;
  /** The days that a change or a count is about; null for others. */
  readonly days: number | null;
  readonly measuredAt: number;
}

type Numbers = Pick<FindingReason, 'condition' | 'direction' | 'values' | 'days'> & {
  readonly value: Decimal;
  readonly limit: Decimal;
};

/** The condition of the rule that made it true last, with its numbers. */
export function reasonFor(finding: Finding, rule: Rule, course: Course): FindingReason {
  const measuredAt = finding.latest?.at ?? finding.raisedAt ?? finding.beganAt;
  for (const leaf of leavesOf(rule.when)) {
    if (!('metric' in leaf)) continue;
    const samples = finding.reason.filter((it) => it.metric === leaf.metric);
    const numbers = numbersOf(leaf, samples, course);
    if (numbers === null) continue;
    return {
      ...numbers,
      ...{ code: leaf.metric, measuredAt },
      value: numbers.value.toNumber(),
      limit: numbers.limit.toNumber(),
      clearsAt: clearsAt(finding, rule, leaf.metric, course),
    };
  }
  const nothing = { code: null, value: null, limit: null, clearsAt: null, days: null };
  return { condition: 'other', direction: 'above', values: finding.count, ...nothing, measuredAt };
}

/** Null when this is not what holds. */
function numbersOf(
  leaf: ConditionLeaf,
  samples: readonly Sample[],
  course: Course,
): Numbers | null {
  const [first] = samples;
  if (first === undefined) return null;
  switch (leaf.type) {
    case 'threshold': {
      const limit = limitOf(leaf, lookup(course));
      if (limit === null || !compare(first.value, leaf.op, limit)) return null;
      const values = samples.length;
      const direction = directionOf(leaf.op);
      return { condition: 'value', value: first.value, limit, direction, values, days: null };
    }
    case 'delta': {
      const change = first.value.minus((samples.at(-1) ?? first).value);
      const limit = limitOf(leaf, lookup(course));
      if (limit === null || !compare(change, leaf.op, limit)) return null;
      const [value, bound] = [change.abs(), limit.abs()];
      const direction = directionOf(leaf.op);
      const days = daysIn(leaf.window);
      return { condition: 'change', value, limit: bound, direction, values: 1, days };
    }
    case 'count': {
      const newest = samples.at(-1) ?? first;
      const { op, value: bound } = leaf.match;
      const days = leaf.window === undefined ? null : daysIn(leaf.window);
      const numbers = { value: newest.value, limit: decimal(bound), direction: directionOf(op) };
      return { condition: 'count', ...numbers, values: samples.length, days };
    }
    default:
      return null;
  }
}

function clearsAt(finding: Finding, rule: Rule, metric: string, course: Course): number | null {
  for (const leaf of rule.clear ? leavesOf(rule.clear) : []) {
    if (!('metric' in leaf) || leaf.metric !== metric) continue;
    if (leaf.type === 'threshold') return limitOf(leaf, lookup(course))?.toNumber() ?? null;
    const fired = finding.raisedBy.find((it) => it.metric === metric);
    if (leaf.type === 'from-trigger') return fired?.value.plus(leaf.value).toNumber() ?? null;
  }
  return null;
}

function lookup({ parameters }: Course): { parameter: (id: string) => Decimal | null } {
  return { parameter: (id) => numberOf(parameters, id) };
}
