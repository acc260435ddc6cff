import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely, Transaction } from 'kysely';
import { dueAt } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { recordAct } from './worklist.js';

type Trx = Transaction<Tables>;

/** A task that was passed on, to tell somebody about. */
export interface Escalated {
  readonly task: string;
  readonly unit: string | null;
  readonly patient: string | null;
  /** 1: to whoever stands in; 2: to the unit as a whole. */
  readonly level: number;
}

/** Told in the transaction in which a task is passed on. */
export type OnEscalated = (trx: Trx, escalated: Escalated) => Promise<void>;

/** First to whoever stands in, a working day later to the whole unit; then it stays marked. */
const maxLevel = 2;
/** Of a region after a holiday: the rest follows at the next look. */
const maxAtOnce = 200;

/**
 * Passes on the tasks that nobody has dealt with in the time that was promised, once at each level. A
 * task that somebody works on, or that is answered, is left alone. Gives the patients concerned.
 */
export async function escalate(
  db: Kysely<Tables>,
  clock: Clock,
  onEscalated: OnEscalated,
): Promise<readonly string[]> {
  const now = clock.wall().ms;
  const late = await db
    .selectFrom('tasks')
    .select('id')
    .where('escalates_at', '<=', now)
    .orderBy('escalates_at')
    .limit(maxAtOnce)
    .execute();
  const patients = new Set<string>();
  for (const { id } of late) {
    const passed = await db.transaction().execute((trx) => passOn(trx, id, now, onEscalated));
    if (passed?.patient != null) patients.add(passed.patient);
  }
  return [...patients];
}

async function passOn(
  trx: Trx,
  id: string,
  now: number,
  onEscalated: OnEscalated,
): Promise<Escalated | null> {
  const task = await trx
    .selectFrom('tasks')
    .leftJoin('units', 'units.id', 'tasks.unit')
    .select(['tasks.state', 'tasks.escalated', 'tasks.unit', 'tasks.patient', 'units.hours'])
    .where('tasks.id', '=', id)
    // Another process may have passed it on meanwhile.
    .where('escalates_at', '<=', now)
    .executeTakeFirst();
  if (task === undefined) return null;
  const isUnhandled = task.state === 'open' || task.state === 'acknowledged';
  const level = isUnhandled ? task.escalated + 1 : task.escalated;
  const isLast = !isUnhandled || level >= maxLevel;
  const changed = await trx
    .updateTable('tasks')
    .set({ escalated: level, escalates_at: isLast ? null : nextDue(task.hours, now) })
    .where('id', '=', id)
    .where('escalated', '=', task.escalated)
    .where('escalates_at', '<=', now)
    .executeTakeFirst();
  if (!isUnhandled || changed.numUpdatedRows === 0n) return null;
  const escalated = { task: id, unit: task.unit, patient: task.patient, level };
  await recordAct(trx, { task: id, at: now, staff: null, act: 'escalated', text: String(level) });
  await onEscalated(trx, escalated);
  return escalated;
}

function nextDue(hours: string | null, now: number): number | null {
  return hours === null ? null : dueAt(staffedHoursSchema.parse(JSON.parse(hours)), now, 1);
}
