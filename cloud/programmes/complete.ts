import type { Transaction } from 'kysely';
import type { Completed, CompletionRequest } from '@hemma/protocols/api/programmes.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import type { Tables } from '../database/schema.js';
import { dayOfDate, minutesIn } from '@hemma/protocols/plans/calendar.js';
import { activityLog, isDoing } from '../plans/completed.js';
import { calendar, type PrescribingParts } from '../prescribing/parts.js';
import { mustGoOn, say } from '../prescribing/limits.js';
import type { Person } from '../prescribing/authority.js';
import { checkedTime } from '../record/own-time.js';
import { mustTakePart } from './authority.js';
import { choosableIn, chosenOn } from './choice.js';
import { type Known, planOf, today } from './known.js';
import { modulesOf } from './modules.js';
import { mustKnow } from './read.js';

/** Nobody does one activity more often in a day: more is a fault of whoever asks. */
export const maxDoneInDay = 24;

/** Ways of saying it for which more is not known than what is asked for. */
type Asked = Pick<CompletionRequest, 'task'> & Partial<Omit<CompletionRequest, 'task'>>;

/**
 * The patient, or staff for them, says that something was done, at the time that it belongs to. Saying
 * it again is the same: a module is done once, an activity once for each key of the page, or once a day
 * without one. Throws {@link CodedError} `not_found`, `not_allowed`, `wrong_state`, `request_invalid`,
 * `time_in_future`, `time_too_far_back`, `step_not_open` or `programme_limit`.
 */
export async function complete(
  parts: PrescribingParts,
  person: Person,
  id: string,
  asked: Asked,
): Promise<Completed> {
  return parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    mustTakePart(person, episode.kind);
    const known = await mustKnow(parts, id, trx);
    const task = mustHaveTask(known, asked.task);
    const at = timeOf(asked, known, task);
    const { occasion, more, before } = occasionOf(asked, known, { task, day: calendar.dayOf(at) });
    if (before !== null) return { entry: before, isNew: false };
    const marked = await claim(trx, id, occasion);
    if (marked !== null) return { entry: marked, isNew: false };
    mustBeFew(known, task, calendar.dayOf(at));
    const { minutes = null, note = null } = asked;
    const event = { kind: 'completion', task: task.id, minutes, note, ...more } as const;
    const entry = await say(trx, { parts, person, episode }, event, at);
    const mine = trx.updateTable('completion_marks').set({ entry });
    await mine.where('episode', '=', id).where('occasion', '=', occasion).execute();
    return { entry, isNew: true };
  });
}

function mustHaveTask(known: Known, id: string): Task {
  const task = planOf(known).tasks.find((it) => it.id === id && it.enabledByDefault);
  if (task !== undefined && isDoing(task)) return task;
  throw new CodedError('not_found', `The programme has no activity "${id}".`);
}

/** A day that is told without a time is at the time for which the task is meant. */
function timeOf({ at, date }: Asked, known: Known, { lateEntry, schedule }: Task): number {
  if (at !== undefined && date !== undefined)
    throw new CodedError('request_invalid', 'Either a time or a date is told.');
  const { now, episode } = known;
  const backfillDays = lateEntry.allowed ? lateEntry.backfillDays : 0;
  const bounds = { now, calendar, backfillDays, startedAt: episode.startedAt };
  const day = date === undefined ? null : dayOfDate(date);
  if (day === null || day === today(known)) return checkedTime(at ?? now, bounds);
  const target = schedule.windows[0]?.target ?? '12:00';
  return checkedTime(calendar.instant(day, minutesIn(target)), bounds);
}

interface OccasionOf {
  /** What is done once. */
  readonly occasion: string;
  /** What is kept of it. */
  readonly more: { readonly step?: number; readonly activity?: string };
  /** The entry that says so already. */
  readonly before: string | null;
}

interface OnDay {
  readonly task: Task;
  readonly day: number;
}

function occasionOf(asked: Asked, known: Known, on: OnDay): OccasionOf {
  const { task } = on;
  if (task.type === 'content') return stepOf(asked, known, on);
  if (asked.step !== undefined)
    throw new CodedError('request_invalid', 'An activity has no steps.');
  const activity = activityOf(asked, known, on);
  const which = asked.key === undefined ? `day/${on.day}` : `key/${asked.key}`;
  return {
    occasion: `${task.id}/${activity ?? ''}/${which}`,
    more: activity === null ? {} : { activity },
    before: null,
  };
}

/** The step that is named, or the one that opened last. */
function stepOf({ step: named, activity }: Asked, known: Known, { task, day }: OnDay): OccasionOf {
  if (activity !== undefined)
    throw new CodedError('request_invalid', 'Only an activity is one of several.');
  const modules = modulesOf(known, task);
  const open = modules.filter((it) => it.opensOn <= day);
  const step = named ?? open.at(-1)?.step;
  const found = modules.find((it) => it.step === step);
  if (step === undefined || found === undefined || found.opensOn > day)
    throw new CodedError('step_not_open');
  return { occasion: `${task.id}#${step}`, more: { step }, before: found.done?.id ?? null };
}

/** The activity that is named, or the only one that was chosen; null where there are not several. */
function activityOf({ activity }: Asked, known: Known, { task, day }: OnDay): string | null {
  const choosable = task.id === activityLog.task ? choosableIn(planOf(known)) : null;
  if (choosable === null) {
    if (activity === undefined) return null;
    throw new CodedError('request_invalid', 'The task is one activity by itself.');
  }
  const allowed = choosable.activities.allowed ?? [];
  const [only, another] = [...chosenOn(known, day).keys()];
  const named = activity ?? (another === undefined ? only : undefined);
  if (named !== undefined && allowed.includes(named)) return named;
  throw new CodedError('request_invalid', `The activity is one of ${allowed.join(', ')}.`);
}

function mustBeFew({ record }: Known, task: Task, day: number): void {
  const count = record.completions.filter(
    (it) => it.task === task.id && calendar.dayOf(it.at) === day,
  ).length;
  if (count >= maxDoneInDay)
    throw new CodedError('programme_limit', `There are ${maxDoneInDay} of that day already.`);
}

/**
 * Of two who say the same in the same moment, the second waits here for the first. Gives the entry that
 * says so already, null for the first.
 */
async function claim(
  trx: Transaction<Tables>,
  episode: string,
  occasion: string,
): Promise<string | null> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('completion_marks')
    .values({ episode, occasion, entry: '' })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return null;
  const { entry } = await trx
    .selectFrom('completion_marks')
    .select('entry')
    .where('episode', '=', episode)
    .where('occasion', '=', occasion)
    .executeTakeFirstOrThrow();
  return entry;
}

/**
 * Takes back what was said to be done, or what the same member of staff wrote. What was taken back
 * already stays so. Throws {@link CodedError} `not_found`, `not_allowed` or `wrong_state`.
 */
export async function undo(
  parts: PrescribingParts,
  person: Person,
  id: string,
  entry: string,
): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    mustTakePart(person, episode.kind);
    const row = await trx
      .selectFrom('care_events')
      .select(['kind', 'at', 'staff'])
      .where('id', '=', entry)
      .where('episode', '=', id)
      .executeTakeFirst();
    if (row === undefined || (row.kind !== 'completion' && row.kind !== 'comment'))
      throw new CodedError('not_found', 'There is no such entry.');
    if (row.kind === 'comment' && row.staff !== (person?.staff ?? null))
      throw new CodedError('not_allowed', 'Only who wrote it takes it back.');
    const { events } = await mustKnow(parts, id, trx);
    if (!events.some((it) => it.id === entry)) return;
    await trx.deleteFrom('completion_marks').where('entry', '=', entry).execute();
    await say(trx, { parts, person, episode }, { kind: 'entered-in-error', entry }, row.at);
  });
}
