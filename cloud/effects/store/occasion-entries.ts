import type { Task } from '@hemma/protocols/plans/task.js';
import { segmentAt } from '../../episodes/segments.js';
import type { Segment } from '../../episodes/segments.js';
import type { Episode } from '../../episodes/episodes.js';
import { MINUTE_MS, minutesIn } from '@hemma/protocols/plans/calendar.js';
import { doneFor } from '../../plans/completed.js';
import type { Course } from '../../plans/course.js';
import { groupBy } from '../../plans/group.js';
import { typesThatCount } from '@hemma/protocols/plans/done.js';
import type { Occasion, Pause } from '@hemma/protocols/plans/occasions.js';
import type { PatientRecord } from '../../plans/record.js';
import { readingsPerWindow } from '../../plans/series-runs.js';
import { plannedOccasions } from '../../prescribing/occasions.js';
import type { OccasionEntry } from '../log.js';
import type { Span } from '../period.js';
import { calendar } from './sources.js';

interface OccasionFacts {
  readonly episode: Episode;
  readonly segments: readonly Segment[];
  readonly record: Pick<PatientRecord, 'readings' | 'responses' | 'completions' | 'seriesStarts'>;
  readonly pauses: readonly Pause[];
  readonly span: Span;
  readonly now: number;
}

/**
 * The occasions of an episode on the days of the period, each by the version that was in force on its
 * day. Windows that were over when it began, or had not opened when it ended, were never due.
 */
export function occasionEntries(facts: OccasionFacts): OccasionEntry[] {
  const { episode, segments, record, pauses, span, now } = facts;
  const [first, ...later] = segments;
  if (first === undefined) return [];
  const readings = groupBy(record.readings, (it) => calendar.dayOf(it.at));
  const completions = groupBy(record.completions, (it) => calendar.dayOf(it.at));
  const responses = groupBy(record.responses, (it) => calendar.dayOf(it.at));
  const entries: OccasionEntry[] = [];
  const lastDay = Math.min(span.toDay, calendar.dayOf(episode.endedAt ?? now));
  for (
    let day = Math.max(span.fromDay, calendar.dayOf(episode.startedAt));
    day <= lastDay;
    day += 1
  ) {
    const { course } = segmentAt([first, ...later], calendar.instant(day, 0));
    const ofDay = {
      ...{ readings: readings.get(day) ?? [], completions: completions.get(day) ?? [] },
      responses: responses.get(day) ?? [],
    };
    const known = { seriesStarts: record.seriesStarts, ...ofDay };
    const planned = plannedOccasions({ course, record: known, pauses, now }, day, day);
    const due = planned.filter((it) => wasDue(it, episode));
    entries.push(...due.flatMap((it) => entryOf(it, { episode: episode.id, course, ...ofDay })));
  }
  return entries;
}

function wasDue({ opensAt, closesAt, state }: Occasion, { startedAt, endedAt }: Episode): boolean {
  if (state === 'done' || state === 'done-late' || state === 'backfilled') return true;
  return closesAt + MINUTE_MS > startedAt && opensAt < (endedAt ?? Infinity);
}

interface OnDay {
  readonly episode: string;
  readonly course: Course;
  readonly readings: PatientRecord['readings'];
  readonly completions: PatientRecord['completions'];
  readonly responses: PatientRecord['responses'];
}

/** None for what the plan asks for and leaves to the patient. */
function entryOf(occasion: Occasion, onDay: OnDay): readonly OccasionEntry[] {
  const { day, state } = occasion;
  const { episode, course } = onDay;
  const task = course.plan.tasks.find((it) => it.id === occasion.task);
  if (task === undefined || task.optional) return [];
  const isDone = state === 'done' || state === 'done-late' || state === 'backfilled';
  const used = isDone ? marksIn(occasion, task, onDay) : [];
  const entered = Math.max(...used.map((it) => calendar.dayOf(it.receivedAt)));
  return [
    {
      ...{ episode, task: task.id, day, state, readings: used.length },
      required: task.measurementTypes.length === 0 ? 1 : readingsPerWindow(task, course),
      daysLate: state === 'backfilled' ? entered - day : null,
      backfillDays: task.lateEntry.backfillDays,
    },
  ];
}

/** Something that was done for a task. */
type Mark = Pick<PatientRecord['completions'][number], 'at' | 'receivedAt'>;

/** What is in the window; where nothing is, what is of the day and in no window of the task. */
function marksIn(
  { opensAt, closesAt }: Occasion,
  task: Task,
  { readings, completions, responses }: OnDay,
): readonly Mark[] {
  const types = typesThatCount(task.measurementTypes);
  const marks = [
    ...readings.filter((it) => types.some((type) => it.values[type] !== undefined)),
    ...doneFor(task, { completions, responses }, (at) => calendar.dayOf(at)),
  ];
  const inWindow = marks.filter(({ at }) => opensAt <= at && at < closesAt + MINUTE_MS);
  if (inWindow.length > 0) return inWindow;
  return marks.filter(({ at }) => {
    const minute = calendar.minuteOf(at);
    return !task.schedule.windows.some(
      (it) => minutesIn(it.from) <= minute && minute <= minutesIn(it.to),
    );
  });
}
