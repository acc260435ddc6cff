import type { Task } from '@hemma/protocols/plans/task.js';
import { byOccasion, typesThatCount } from '@hemma/protocols/plans/done.js';
import type { Course } from '../plans/course.js';
import {
  type Done,
  type Occasion,
  type Pause,
  occasionsOf,
} from '@hemma/protocols/plans/occasions.js';
import { doneFor } from '../plans/completed.js';
import type { PatientRecord } from '../plans/record.js';
import type { IsSeriesDay } from '@hemma/protocols/plans/due.js';
import { dueWindows } from '../plans/schedule.js';
import { plannedSeries, startDays } from '../plans/series-runs.js';

interface OccasionsAsked {
  readonly course: Course;
  readonly record: Pick<PatientRecord, 'readings' | 'responses' | 'completions' | 'seriesStarts'>;
  readonly pauses: readonly Pause[];
  readonly now: number;
  /** With the days by which a series is extended; without it each has its planned length. */
  readonly isSeriesDay?: IsSeriesDay;
}

/** What was to be done on these days under a plan, and what became of it, in order (monitoring plans §2). */
export function plannedOccasions(
  { course, record, pauses, now, ...asked }: OccasionsAsked,
  fromDay: number,
  toDay: number,
): readonly Occasion[] {
  const isSeriesDay = asked.isSeriesDay ?? plannedDays(course, record);
  return course.plan.tasks
    .filter((it) => it.enabledByDefault)
    .flatMap((task) => {
      const done = doneOf(task, course, record);
      const dueOn = (day: number) => dueWindows(task, course, day, isSeriesDay);
      return occasionsOf({ course, task, done, pauses, dueOn, now }, fromDay, toDay);
    })
    .toSorted((a, b) => a.opensAt - b.opensAt);
}

function plannedDays(course: Course, record: OccasionsAsked['record']): IsSeriesDay {
  const starts = new Map(
    (course.plan.series ?? []).map(({ id }) => {
      const planned = plannedSeries(course, id);
      const days = planned === null ? [] : startDays(planned, course, record);
      return [id, { days, length: planned?.rules.lengthDays ?? 0 }] as const;
    }),
  );
  return (series, day) => {
    const { days, length } = starts.get(series) ?? { days: [], length: 0 };
    return days.some((start) => start <= day && day < start + length);
  };
}

function doneOf(task: Task, course: Course, record: OccasionsAsked['record']): readonly Done[] {
  const completed = doneFor(task, record, (at) => course.calendar.dayOf(at)).map((it) => ({
    ...{ at: it.at, enteredAt: it.receivedAt, byHand: true },
  }));
  const types = typesThatCount(task.measurementTypes);
  const measured = record.readings
    .filter((it) => types.some((type) => it.values[type] !== undefined))
    .toSorted((a, b) => a.at - b.at);
  const firsts = byOccasion(measured, task.schedule.windows, course.calendar).map(([first]) => ({
    ...{ at: first.at, enteredAt: first.receivedAt, byHand: first.deviceKind === null },
  }));
  return [...completed, ...firsts];
}
