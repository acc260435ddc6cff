import type { Phase, Plan } from '@hemma/protocols/plans/plan.js';
import type { Calendar } from './calendar.js';
import type { Content } from './content.js';
import { type ParameterValues, withDefaults } from './parameters.js';

/** How one plan runs for one patient. Days are local calendar days. */
export interface Course {
  readonly plan: Plan;
  readonly content: Content;
  readonly calendar: Calendar;
  /** The patient's settings, defaults filled in. */
  readonly parameters: ParameterValues;
  /** Day 0 of the plan. */
  readonly startDay: number;
  /** Staff moved the patient to a phase; from that day it stays until the next move. */
  readonly phaseMoves: readonly PhaseMove[];
  /** False when the phase is not told, as in a dry run: the sparsest schedule then holds. */
  readonly phaseKnown: boolean;
  /** Days between two due days, where a dry run tells it; else the schedule of the plan does. */
  readonly toldInterval: number | null;
}

export interface PhaseMove {
  readonly day: number;
  readonly phase: string;
}

type CourseOptions = Pick<Course, 'plan' | 'content' | 'calendar' | 'parameters' | 'startDay'> &
  Partial<Pick<Course, 'phaseMoves' | 'phaseKnown' | 'toldInterval'>>;

export function courseOf(options: CourseOptions): Course {
  return {
    phaseMoves: [],
    phaseKnown: true,
    toldInterval: null,
    ...options,
    parameters: withDefaults(options.plan, options.parameters),
  };
}

/** The phase of a day; null when it is not told, or no phase covers the day. */
export function phaseOn(course: Course, day: number): Phase | null {
  if (!course.phaseKnown) return null;
  const move = course.phaseMoves
    .filter((it) => it.day <= day)
    .reduce<PhaseMove | null>((last, it) => (last && last.day > it.day ? last : it), null);
  const planDay = day - course.startDay;
  const isOn = (phase: Phase) =>
    move === null
      ? phase.fromDay <= planDay && planDay <= (phase.toDay ?? Infinity)
      : phase.id === move.phase;
  return course.plan.phases.find(isOn) ?? null;
}

/** Whether something that belongs to these phases (`all` or ids) runs in a phase. */
export function runsIn(phases: readonly string[], phase: Phase | null): boolean {
  return phases.includes('all') || (phase !== null && phases.includes(phase.id));
}
