import type { Task } from '@hemma/protocols/plans/task.js';
import { MINUTE_MS, minutesIn } from '../plans/calendar.js';
import type { Course } from '../plans/course.js';
import { type Done, type Occasion, type Pause, occasionsOf } from '../plans/occasions.js';
import { doneFor } from '../plans/completed.js';
import { ownTypes } from '../plans/own-types.js';
import type { PatientReading, PatientRecord } from '../plans/record.js';
import type { IsSeriesDay } from '../plans/schedule.js';
import { plannedSeries, startDays } from '../plans/series-runs.js';

/** Readings of one occasion, where no window holds them together: minutes from one to the next. */
const sameOccasionMinutes = 60;

interface OccasionsAsked {
  readonly course: Course;
  readonly record: Pick<PatientRecord, 'readings' | 'responses' | 'completions' | 'seriesStarts'>;
  readonly pauses: readonly Pause[];
  readonly now: number;
}

/** What was to be done on these days under a plan, and what became of it, in order (monitoring plans §2). */
export function plannedOccasions(
  { course, record, pauses, now }: OccasionsAsked,
  fromDay: number,
  toDay: number,
): readonly Occasion[] {
  const isSeriesDay = seriesDays(course, record);
  return course.plan.tasks
    .filter((it) => it.enabledByDefault)
    .flatMap((task) => {
      const done = doneOf(task, course, record);
      return occasionsOf({ course, task, done, pauses, isSeriesDay, now }, fromDay, toDay);
    })
    .toSorted((a, b) => a.opensAt - b.opensAt);
}

function seriesDays(course: Course, record: OccasionsAsked['record']): IsSeriesDay {
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
  const types = ownTypes(task);
  const measured = record.readings
    .filter((it) => types.some((type) => it.values[type] !== undefined))
    .toSorted((a, b) => a.at - b.at);
  return [...completed, ...firstOfEach(task, course, measured)];
}

/** Two or three readings in a row are one occasion: the first of them stands for all. */
function firstOfEach(
  { schedule: { windows } }: Task,
  { calendar }: Course,
  readings: readonly PatientReading[],
): readonly Done[] {
  const windowOf = ({ at }: PatientReading) => {
    const minute = calendar.minuteOf(at);
    return windows.find((it) => minutesIn(it.from) <= minute && minute <= minutesIn(it.to))?.id;
  };
  const firsts: PatientReading[] = [];
  for (const [i, reading] of readings.entries()) {
    const before = readings[i - 1];
    const isSameDay =
      before !== undefined && calendar.dayOf(before.at) === calendar.dayOf(reading.at);
    const window = windowOf(reading);
    const isSame =
      isSameDay && (window === undefined ? isSoon(before, reading) : window === windowOf(before));
    if (!isSame) firsts.push(reading);
  }
  return firsts.map((it) => ({
    ...{ at: it.at, enteredAt: it.receivedAt, byHand: it.deviceKind === null },
  }));
}

function isSoon(before: PatientReading, reading: PatientReading): boolean {
  return reading.at - before.at < sameOccasionMinutes * MINUTE_MS;
}
