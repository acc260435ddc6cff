import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Course } from '../../plans/course.js';
import { derivedMetrics } from '../../plans/derived.js';
import type { ValueKind } from './kind.js';

/** A value that a rule would look at, if the patient's limit for it were set. */
export const limitMissing: ValueKind = {
  topic: 'limit-missing',
  remark: ({ measurement }, { course }) => {
    if (measurement.failure !== null) return null;
    const codes: readonly string[] = measurement.values.map((it) => it.code);
    const missing = unsetLimits(course).find((it) => codes.includes(it.code));
    if (missing === undefined) return null;
    return {
      ...{ cause: 'parameter-not-set', about: missing.parameter, code: missing.code },
      ...{ severity: 'info', audience: 'clinic' },
      hint: {
        sv: 'Din mottagning har ännu inte satt någon gräns för det här värdet. Mät gärna som vanligt.',
        en: 'Your clinic has not set a limit for this value yet. Please keep measuring as usual.',
      },
    };
  },
};

interface UnsetLimit {
  readonly parameter: string;
  /** The measurement that is compared with it. */
  readonly code: string;
}

const known = new WeakMap<Course, readonly UnsetLimit[]>();

/** The limits of rules that are on which are not set for this patient. */
function unsetLimits(course: Course): readonly UnsetLimit[] {
  const unset = known.get(course) ?? course.plan.rules.flatMap((it) => unsetIn(it, course));
  known.set(course, unset);
  return unset;
}

function unsetIn({ when, enabledByDefault }: Rule, course: Course): readonly UnsetLimit[] {
  if (!enabledByDefault) return [];
  return leavesOf(when).flatMap((leaf) => {
    if (!('metric' in leaf)) return [];
    const derived = derivedMetrics.get(leaf.metric);
    const own = 'valueFromParameter' in leaf ? leaf.valueFromParameter : undefined;
    const needed =
      derived?.needs !== undefined && 'parameter' in derived.needs ? [derived.needs.parameter] : [];
    return [...(own === undefined ? [] : [own]), ...needed]
      .filter((id) => course.parameters[id] == null)
      .map((parameter) => ({ parameter, code: derived?.follows ?? leaf.metric }));
  });
}
