import { type ConditionLeaf, leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import { DAY_MS } from '@hemma/protocols/plans/calendar.js';
import type { Course } from '../plans/course.js';
import { derivedMetrics } from '../plans/derived.js';
import { intervalOf } from '../plans/interval.js';
import { plannedSeries } from '../plans/series-runs.js';

/** A reading that is older than this when it comes is kept and drawn, but no rule looks at it. */
export const MAX_AGE_MS = 400 * DAY_MS;

/** For kinds of conditions with no bound of their own, as "two values 1.0 kg below". */
const MIN_REACH_DAYS = 14;
/** The longest reach; whatever a plan says, a year of readings is the most that is looked at. */
const MAX_REACH_DAYS = 400;
/** The oldest of n consecutive values is at most 2 × n × interval days back (§5). */
const AGE_FACTOR = 2;

/** How many days before a moment the entries lie that the rules of a plan look at there. */
export function reachDays(rules: readonly Rule[], course: Course): number {
  const days = rules
    .flatMap(({ when, clear }) => [...leavesOf(when), ...(clear ? leavesOf(clear) : [])])
    .map((it) => reachOf(it, course));
  return Math.min(MAX_REACH_DAYS, Math.ceil(Math.max(MIN_REACH_DAYS, ...days)));
}

function reachOf(leaf: ConditionLeaf, course: Course): number {
  if (leaf.type === 'count' && leaf.aggregate === 'series') return seriesDays(leaf.metric, course);
  if ('window' in leaf && leaf.window !== undefined) return daysIn(leaf.window) + 1;
  if (leaf.type !== 'threshold') return 0;
  const { metric, aggregate, consecutive } = leaf;
  if (course.content.laboratory.has(metric)) return 0;
  const derived = derivedMetrics.get(metric);
  if (aggregate === 'series') return consecutive * seriesDays(derived?.follows ?? metric, course);
  if (derived?.rolling !== undefined) return derived.rolling.days + 7 * consecutive;
  return AGE_FACTOR * consecutive * intervalOf(course.plan, metric, null) + 1;
}

/** The longest that a series of a measurement may take, and the night after it. */
function seriesDays(member: string, course: Course): number {
  const lengths = (course.plan.series ?? []).flatMap(({ id }) => {
    const planned = plannedSeries(course, id);
    if (planned?.series.members.includes(member) !== true) return [];
    return [planned.rules.lengthDays + planned.rules.maxExtensionDays + 2];
  });
  return Math.max(0, ...lengths);
}
