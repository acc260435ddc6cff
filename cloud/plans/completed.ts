import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Task } from '@hemma/protocols/plans/task.js';

/**
 * What counts as done of tasks that are no measurement: modules and activities. Rules, occasions,
 * effect measures and the week view of a programme all count with the functions of this file.
 */

/** The form in which an activity is described (`on-activity`), its items, and the task it is of. */
export const activityLog = {
  questionnaire: 'hemma-activity-log',
  type: 'act-type',
  done: 'act-done',
  minutes: 'act-minutes',
  task: 'activity-log',
} as const;

/** The activities of "Min hälsoplan" (requirement R51) with the answer of the form to `act-type`. */
export const activityTypes: ReadonlyMap<string, number> = new Map([
  ['physical', 1],
  ['everyday', 2],
  ['brain-rest', 3],
  ['cognitive', 4],
]);

/** The completions that count: one for each step. One that names none is of the next that is free. */
export function stepsDone<T extends { readonly step: number | null }>(
  completions: readonly T[],
): ReadonlyMap<number, T> {
  const done = new Map<number, T>();
  for (const it of completions) if (it.step !== null && !done.has(it.step)) done.set(it.step, it);
  let next = 1;
  for (const it of completions) {
    if (it.step !== null) continue;
    while (done.has(next)) next += 1;
    done.set(next, it);
  }
  return done;
}

interface Told {
  readonly at: number;
}

interface ToldActivity extends Told {
  readonly activity: string | null;
}

interface ToldAnswers extends Told {
  readonly questionnaire: string;
  readonly answers: Readonly<Record<string, number | null>>;
  readonly complete: boolean;
}

/** One activity: said to be done, described in the form, or both. */
export interface ActivityDone<C, R> {
  readonly said: C | null;
  readonly described: R | null;
}

/**
 * Activities that were done, wholly or partly. The form follows the activity, so that one which is of
 * the same day and kind as what was said to be done describes it, and is no second one.
 */
export function activitiesDone<C extends ToldActivity, R extends ToldAnswers>(
  completions: readonly C[],
  responses: readonly R[],
  dayOf: (at: number) => number,
): readonly ActivityDone<C, R>[] {
  const left = responses.filter(isDone);
  const said = completions.map((it) => {
    const type = it.activity === null ? null : (activityTypes.get(it.activity) ?? null);
    const found = left.findIndex(
      ({ at, answers }) =>
        dayOf(at) === dayOf(it.at) && (type === null || answers[activityLog.type] === type),
    );
    return { said: it, described: found < 0 ? null : (left.splice(found, 1)[0] ?? null) };
  });
  return [...said, ...left.map((it) => ({ said: null, described: it }))];
}

function isDone({ questionnaire, complete, answers }: ToldAnswers): boolean {
  const done = answers[activityLog.done];
  return questionnaire === activityLog.questionnaire && complete && done != null && done >= 1;
}

interface ToldRecord<C, R> {
  readonly completions: readonly C[];
  readonly responses: readonly R[];
}

/** What was said to be done for a task, or described in the form that goes with it. */
export function doneFor<C extends ToldActivity & { readonly task: string }, R extends ToldAnswers>(
  task: Pick<Task, 'id'>,
  { completions, responses }: ToldRecord<C, R>,
  dayOf: (at: number) => number,
): readonly (C | R)[] {
  const said = completions.filter((it) => it.task === task.id);
  if (task.id !== activityLog.task) return said;
  return activitiesDone(said, responses, dayOf).flatMap((it) => it.said ?? it.described ?? []);
}

/** Whether a plan is a programme: something is read or done, beside what is measured. */
export function isProgramme({ tasks }: Plan): boolean {
  return tasks.some((it) => it.enabledByDefault && isDoing(it));
}

export function isDoing({ type }: Pick<Task, 'type'>): boolean {
  return type === 'content' || type === 'activity';
}
