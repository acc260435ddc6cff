import type { Kysely } from 'kysely';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Tables } from '../database/schema.js';
import { DAY_MS } from '@hemma/protocols/plans/calendar.js';

/** A number for each severity. */
export type BySeverity = Readonly<Record<Severity, number>>;

/** What a dry run looks back at, and what a unit's load is measured over. */
export const lookBackDays = 90;

/**
 * Minutes that a task takes where the unit has not timed its own: an item of the next review, a look at
 * the values with a message, a call.
 */
export const usualMinutes: BySeverity = { info: 2, yellow: 8, red: 15 };
/** Fewer tasks than this say nothing about the time that one takes. */
const minTimedTasks = 20;

export interface TaskMinutes {
  readonly minutes: BySeverity;
  /** `timed`: by the unit's own contacts; `usual`: by {@link usualMinutes}. */
  readonly basis: 'usual' | 'timed';
}

/** Minutes for each task of a unit: its timed contacts of the last 90 days, in the usual proportions. */
export async function minutesPerTask(
  db: Kysely<Tables>,
  unit: string,
  now: number,
): Promise<TaskMinutes> {
  const since = now - lookBackDays * DAY_MS;
  const tasks = await tasksSince(db, { unit, since, except: null });
  const events = await db
    .selectFrom('care_events')
    .innerJoin('episodes', 'episodes.id', 'care_events.episode')
    .select('care_events.data')
    .where('care_events.kind', '=', 'contact')
    .where('care_events.at', '>=', since)
    .where('episodes.unit', '=', unit)
    .execute();
  // Written by `addEvent` from the schema of a contact.
  const timed = events.map((it) => (JSON.parse(it.data) as { readonly minutes: number }).minutes);
  const spent = timed.reduce((sum, it) => sum + it, 0);
  if (countOf(tasks) < minTimedTasks || spent === 0)
    return { minutes: usualMinutes, basis: 'usual' };
  const share = spent / minutesOf(tasks, usualMinutes);
  const { info, yellow, red } = usualMinutes;
  const minutes = { info: info * share, yellow: yellow * share, red: red * share };
  return { minutes, basis: 'timed' };
}

/** A unit that has just begun is not measured over a time that it did not have. */
const minLoadDays = 7;

/** Minutes a week that the tasks of a unit's patients have taken, without those of one episode. */
export async function unitLoad(
  db: Kysely<Tables>,
  {
    unit,
    except,
    now,
  }: { readonly unit: string; readonly except: string | null; readonly now: number },
  minutes: BySeverity,
): Promise<number> {
  const since = now - lookBackDays * DAY_MS;
  const tasks = await tasksSince(db, { unit, since, except });
  const first = await db
    .selectFrom('episodes')
    .select((eb) => eb.fn.min<number | null>('started_at').as('at'))
    .where('unit', '=', unit)
    .executeTakeFirst();
  const days = Math.max(minLoadDays, Math.min(lookBackDays, (now - (first?.at ?? now)) / DAY_MS));
  return (minutesOf(tasks, minutes) / days) * 7;
}

export function minutesOf(tasks: BySeverity, minutes: BySeverity): number {
  return tasks.info * minutes.info + tasks.yellow * minutes.yellow + tasks.red * minutes.red;
}

export function countOf({ info, yellow, red }: BySeverity): number {
  return info + yellow + red;
}

async function tasksSince(
  db: Kysely<Tables>,
  asked: { readonly unit: string; readonly since: number; readonly except: string | null },
): Promise<BySeverity> {
  const rows = await db
    .selectFrom('tasks')
    .innerJoin('findings', 'findings.id', 'tasks.finding')
    .innerJoin('episodes', 'episodes.id', 'findings.episode')
    .select('tasks.severity')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tasks.audience', '=', 'clinic')
    .where('episodes.unit', '=', asked.unit)
    .where('episodes.id', '<>', asked.except ?? '')
    .where('tasks.opened_at', '>=', asked.since)
    .groupBy('tasks.severity')
    .execute();
  const counts = { info: 0, yellow: 0, red: 0 };
  for (const { severity, count } of rows) counts[severity] += count;
  return counts;
}
