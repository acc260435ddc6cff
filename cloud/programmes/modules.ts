import { maxSteps } from '@hemma/protocols/api/programmes.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { stepsDone } from '../plans/completed.js';
import { findDays, stepCount } from '../plans/steps.js';
import { type DoneOn, doneOn } from './activities.js';
import { type Known, currentCourse, today } from './known.js';
import { lastDayOf } from './milestones.js';

/** A step of a content task (requirement R43): it opens on its day and stays open. */
export interface Module {
  readonly step: number;
  readonly opensOn: number;
  readonly isOpen: boolean;
  readonly done: DoneOn | null;
  /** The earliest day that it can be told for now. */
  readonly fillFrom: number;
}

/** The earliest day that can still be told for a task. */
export function fillFrom(known: Known, { lateEntry }: Task, notBefore: number): number {
  const back = lateEntry.allowed ? lateEntry.backfillDays : 0;
  return Math.max(today(known) - back, currentCourse(known).startDay, notBefore);
}

/** The modules of a task with the day on which each opens; those that are done stay when fewer are set. */
export function modulesOf(known: Known, task: Task): readonly Module[] {
  const course = currentCourse(known);
  const done = stepsDone(known.record.completions.filter((it) => it.task === task.id));
  const count = stepCount(course.plan, task, course.parameters) ?? openUntilNow(known, task);
  const opening = findDays(task, course, Math.max(count, ...done.keys()));
  return opening.flatMap((opensOn, i) => {
    const step = i + 1;
    const found = done.get(step);
    if (step > count && found === undefined) return [];
    return [
      {
        ...{ step, opensOn },
        isOpen: opensOn <= today(known),
        done: found === undefined ? null : doneOn(known, found),
        fillFrom: fillFrom(known, task, opensOn),
      },
    ];
  });
}

/** Where nobody counts them, there are as many modules as weeks that they were due in. */
function openUntilNow(known: Known, task: Task): number {
  const days = findDays(task, currentCourse(known), maxSteps);
  return days.filter((day) => day <= lastDayOf(known)).length;
}
