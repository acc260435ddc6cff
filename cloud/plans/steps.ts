import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { phaseOn, runsIn } from '@hemma/protocols/plans/phases.js';
import type { Course } from './course.js';
import { derivedMetrics } from './derived.js';
import { numberOf } from './parameters.js';
import type { ParameterValues } from './parameters.js';
import { occasionsOn } from '@hemma/protocols/plans/frequency.js';

/** The steps of a content task, as the modules of a treatment (requirement R43): which day opens each. */

/** Ten years of a weekly module: what is not released by then never is. */
const maxDaysAhead = 3653;

/**
 * How many steps a content task has for a patient: the parameter of the goal that counts them over the
 * whole episode. Null where the plan names none: every day on which the task is due is a step.
 */
export function stepCount(plan: Plan, task: Task, parameters: ParameterValues): number | null {
  if (task.type !== 'content') return null;
  const counted = plan.goals.find(
    ({ metric, evaluate, parameter }) =>
      evaluate === 'episode' &&
      parameter !== null &&
      derivedMetrics.get(metric)?.follows === task.id,
  );
  return numberOf(parameters, counted?.parameter ?? '')?.toNumber() ?? null;
}

const known = new WeakMap<Course, Map<string, readonly number[]>>();

/**
 * The days on which the steps of a task open, in order; null for a task whose steps are not counted.
 * More steps than the phase has due days go on with the same weekdays after it, as long as staff did
 * not move the patient out of it; a pause moves none, since days are counted from the start (§1).
 */
export function stepDays(task: Task, course: Course): readonly number[] | null {
  const count = stepCount(course.plan, task, course.parameters);
  if (count === null) return null;
  const ofCourse = known.get(course) ?? new Map<string, readonly number[]>();
  const days = ofCourse.get(task.id) ?? findDays(task, course, count);
  known.set(course, ofCourse.set(task.id, days));
  return days;
}

/** The first `count` of them. */
export function findDays(task: Task, course: Course, count: number): readonly number[] {
  const days: number[] = [];
  const { startDay, phaseMoves } = course;
  for (let day = startDay; day < startDay + maxDaysAhead && days.length < count; day += 1) {
    const isOn = runsIn(task.phases, phaseOn(course, day));
    const goesOn = days.length > 0 && phaseMoves.length === 0;
    if ((isOn || goesOn) && occasionsOn(task.schedule.frequency, course, day) > 0) days.push(day);
  }
  return days;
}
