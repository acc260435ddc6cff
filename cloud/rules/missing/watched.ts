import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Window } from '@hemma/protocols/plans/schedule.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { readingKinds } from '@hemma/protocols/reading.js';
import type { ReadingKind } from '@hemma/protocols/reading.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import { activityLog } from '../../plans/completed.js';
import { typesThatCount } from '@hemma/protocols/plans/done.js';
import type { IsSeriesDay } from '@hemma/protocols/plans/due.js';
import { phaseOn, runsIn } from '@hemma/protocols/plans/phases.js';
import type { Course } from '../../plans/course.js';
import { dueWindows } from '../../plans/schedule.js';
import type { PatientRecord } from '../../plans/record.js';
import { occasionsOn } from '@hemma/protocols/plans/frequency.js';

/** What a stage of missing data watches: a task of the plan, or a questionnaire. */
export interface Watched {
  /** Kinds of readings that are its values; empty when no device of ours measures it. */
  readonly kinds: readonly ReadingKind[];
  /** The measurement that it is shown by; null for a questionnaire. */
  readonly code: string | null;
  readonly windows: (day: number, course: Course, isSeriesDay: IsSeriesDay) => readonly Due[];
  /** Instants of its values in the record, not in order. */
  readonly values: (record: PatientRecord) => readonly number[];
}

type Due = Pick<Window, 'from' | 'to'>;

const wholeDay: Due = { from: '00:00', to: '23:59' };

/** Null for what is not on in this plan. */
export function watchedBy(plan: Plan, id: string): Watched | null {
  if (id.startsWith('q:')) return questionnaire(plan, id.slice(2));
  const task = plan.tasks.find((it) => it.id === id);
  return task?.enabledByDefault === true ? measured(task) : null;
}

/** Any of its measurements is a value of a task; by the first it is shown, and its series counted. */
function measured(task: Task): Watched {
  const types = typesThatCount(task.measurementTypes);
  const code = types[0] ?? null;
  const kinds = readingKinds.filter((kind) =>
    kindQuantities[kind].some((it) => types.includes(it)),
  );
  return {
    ...{ kinds, code },
    windows: (day, course, isSeriesDay) => dueWindows(task, course, day, isSeriesDay),
    values: ({ readings, stated, completions, responses }) => [
      ...readings.filter((it) => types.some((type) => type in it.values)).map((it) => it.at),
      ...stated.filter((it) => types.includes(it.metric)).map((it) => it.at),
      ...completions.filter((it) => it.task === task.id).map((it) => it.at),
      // Who writes that it was not done today has been heard of.
      ...(task.id === activityLog.task ? answered(responses, activityLog.questionnaire) : []),
    ],
  };
}

function questionnaire(plan: Plan, id: string): Watched | null {
  const asked = plan.questionnaires.find((it) => it.id === id);
  if (asked?.enabledByDefault !== true) return null;
  return {
    ...{ kinds: [], code: null },
    windows: (day, course) => {
      if (day < course.startDay || !runsIn(asked.phases, phaseOn(course, day))) return [];
      return occasionsOn(asked.when, course, day) > 0 ? [wholeDay] : [];
    },
    values: ({ responses }) => answered(responses, id),
  };
}

function answered(responses: PatientRecord['responses'], id: string): readonly number[] {
  return responses.filter((it) => it.questionnaire === id && it.complete).map((it) => it.at);
}
