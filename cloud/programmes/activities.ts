import type { Task } from '@hemma/protocols/plans/task.js';
import { activitiesDone, activityLog, activityTypes } from '../plans/completed.js';
import { ofKind } from '../record/care-record.js';
import { type Known, calendarOf } from './known.js';

/** Something that was done, on the day that it belongs to. */
export interface DoneOn {
  readonly id: string;
  readonly day: number;
  readonly minutes: number | null;
  readonly note: string | null;
  readonly canUndo: boolean;
}

const activityOf: ReadonlyMap<number, string> = new Map(
  [...activityTypes].map(([id, type]) => [type, id]),
);

interface DoneActivity extends DoneOn {
  readonly activity: string | null;
}

/** What was done of an activity task, said or described, oldest first. */
export function doneActivities(known: Known, task: Pick<Task, 'id'>): readonly DoneActivity[] {
  const { completions, responses } = known.record;
  const own = new Set(ofKind(known.events, 'response').map((it) => it.id));
  const described = task.id === activityLog.task ? responses.filter((it) => own.has(it.id)) : [];
  const said = completions.filter((it) => it.task === task.id);
  return activitiesDone(said, described, (at) => calendarOf(known).dayOf(at))
    .flatMap(({ said: it, described: form }): readonly DoneActivity[] => {
      const minutes = form?.answers[activityLog.minutes] ?? null;
      const type = form?.answers[activityLog.type] ?? null;
      const activity = it?.activity ?? (type === null ? null : (activityOf.get(type) ?? null));
      if (it !== null) {
        const done = doneOn(known, it);
        return [{ ...done, minutes: minutes ?? done.minutes, activity }];
      }
      if (form === null) return [];
      const shown = { ...doneOn(known, { ...form, minutes }), canUndo: false };
      return [{ ...shown, activity }];
    })
    .toSorted((a, b) => a.day - b.day);
}

/** Something that was said, or described, as it is shown: with its own day and no other time. */
export function doneOn(
  known: Known,
  {
    id,
    at,
    minutes,
  }: { readonly id: string; readonly at: number; readonly minutes: number | null },
): DoneOn {
  const said = ofKind(known.events, 'completion').find((it) => it.id === id);
  const note = said?.event.note ?? null;
  return { id, day: calendarOf(known).dayOf(at), minutes, note, canUndo: said !== undefined };
}
