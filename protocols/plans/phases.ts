import type { Calendar } from './calendar.js';
import type { ParameterValue, Phase } from './plan.js';

/** What of a running plan decides on which days something is due; the cloud and the home know it. */
export interface Running {
  readonly plan: { readonly phases: readonly Phase[] };
  readonly calendar: Calendar;
  /** The patient's settings, defaults filled in. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Day 0 of the plan. */
  readonly startDay: number;
  /** Staff moved the patient to a phase; from that day it stays until the next move. */
  readonly phaseMoves: readonly PhaseMove[];
  /** False when the phase is not told, as in a dry run: the sparsest schedule then holds. */
  readonly phaseKnown: boolean;
}

export interface PhaseMove {
  readonly day: number;
  readonly phase: string;
}

/** The phase of a day; null when it is not told, or no phase covers the day. */
export function phaseOn(course: Running, day: number): Phase | null {
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
