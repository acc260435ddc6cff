import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely, Transaction } from 'kysely';
import { dueAt } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { queue } from '../notify/notifications.js';
import { hoursOf } from '../units/units.js';
import { recordAct } from './worklist.js';

type Trx = Transaction<Tables>;

/** A task that was passed on. */
export interface Escalated {
  readonly patient: string | null;
  /** How often it was, with this. */
  readonly level: number;
}

/** When it is due, and once more a working day later; then it stays marked. */
const maxLevel = 2;
/** Of a region after a holiday: the rest follows at the next look. */
const maxAtOnce = 200;

/**
 * Passes on the tasks that nobody has dealt with in the time that was promised, once at each level. A
 * task that somebody works on, or that is answered, is left alone. Whoever is told of the unit is told
 * of it in the same transaction. Gives what was passed on.
 */
export async function escalate(
  db: Kysely<Tables>,
  clock: Pick<Clock, 'wall'>,
): Promise<readonly Escalated[]> {
  const now = clock.wall().ms;
  const late = await db
    .selectFrom('tasks')
    .select('id')
    .where('escalates_at', '<=', now)
    .orderBy('escalates_at')
    .limit(maxAtOnce)
    .execute();
  const passedOn: Escalated[] = [];
  for (const { id } of late) {
    const passed = await db.transaction().execute((trx) => passOn(trx, id, now));
    if (passed !== null) passedOn.push(passed);
  }
  return passedOn;
}

async function passOn(trx: Trx, id: string, now: number): Promise<Escalated | null> {
  const task = await trx
    .selectFrom('tasks')
    .leftJoin('units', 'units.id', 'tasks.unit')
    .select(['tasks.state', 'tasks.escalated', 'tasks.unit', 'tasks.patient', 'units.hours'])
    .select('tasks.audience')
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
  await recordAct(trx, { task: id, at: now, staff: null, act: 'escalated', text: String(level) });
  const { unit, audience, patient } = task;
  if (unit !== null) await queue(trx, { unit, kind: 'task-overdue', at: now, audience, patient });
  return { patient: task.patient, level };
}

function nextDue(hours: string | null, now: number): number | null {
  return hours === null ? null : dueAt(hoursOf({ hours }), now, 1);
}
