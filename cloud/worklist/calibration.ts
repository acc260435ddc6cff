import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { dueAt } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { queue } from '../notify/notifications.js';
import type { Actor } from '../staff/actor.js';
import { hoursOf } from '../units/units.js';
import { recordAct } from './worklist.js';

type Trx = Transaction<Tables>;

/** Working days until the device should be checked: it must be fetched from a home first. */
export const checkedWithinWorkingDays = 10;
/** Of a region that bought all its devices at once: the rest follows at the next look. */
export const maxOpenedAtOnce = 200;

/**
 * A device whose check is due gives one task to the unit of medical technology that checks it, and
 * none to the clinic. Gives whether something changed.
 */
export async function reviewChecks(db: Kysely<Tables>, now: number): Promise<boolean> {
  const due = await db
    .selectFrom('checked_devices')
    .select('device')
    .where('due_at', '<=', now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('tasks')
            .select('tasks.id')
            .whereRef('tasks.device', '=', 'checked_devices.device')
            .where('tasks.kind', '=', 'calibration-due')
            .where('tasks.state', '<>', 'closed'),
        ),
      ),
    )
    .orderBy('due_at')
    .limit(maxOpenedAtOnce)
    .execute();
  let changed = false;
  for (const { device } of due)
    changed = (await db.transaction().execute((trx) => open(trx, device, now))) || changed;
  return changed;
}

const idOctets = 16;

/** Index `one_calibration`: of two processes that see it, one opens it and tells of it. */
async function open(trx: Trx, device: string, now: number): Promise<boolean> {
  // Whoever writes down a check right now is waited for: then it is not due any more.
  const due = await trx
    .updateTable('checked_devices')
    .set((eb) => ({ interval_months: eb.ref('interval_months') }))
    .where('device', '=', device)
    .where('due_at', '<=', now)
    .returning('unit')
    .executeTakeFirst();
  if (due === undefined) return false;
  const { unit } = due;
  const { hours } = await trx
    .selectFrom('units')
    .select('hours')
    .where('id', '=', unit)
    .executeTakeFirstOrThrow();
  const due_at = dueAt(hoursOf({ hours }), now, checkedWithinWorkingDays);
  const opened = await trx
    .insertInto('tasks')
    .values({
      ...{ id: randomBytes(idOctets).toString('hex'), kind: 'calibration-due' },
      ...{ audience: 'technology', finding: null, patient: null, device, unit },
      ...{ severity: 'yellow', state: 'open', opened_at: now, due_at, escalated: 0 },
      ...{ escalates_at: due_at, acknowledged_at: null, assignee: null },
      ...{ resolved_at: null, reason: null, closed_at: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (opened.numInsertedOrUpdatedRows !== 1n) return false;
  await queue(trx, { unit, kind: 'device-check', at: now, audience: 'technology' });
  return true;
}

/** The task of a device that is not due any more is over, in the transaction of what made it so. */
export async function closeIfChecked(
  trx: Trx,
  device: string,
  actor: Actor,
  now: number,
): Promise<void> {
  const closed = await trx
    .updateTable('tasks')
    .set({ state: 'closed', closed_at: now, escalates_at: null })
    .where('kind', '=', 'calibration-due')
    .where('state', '<>', 'closed')
    .where('device', 'in', (eb) =>
      eb
        .selectFrom('checked_devices')
        .select('checked_devices.device')
        .where('checked_devices.device', '=', device)
        .where((it) => it.or([it('due_at', 'is', null), it('due_at', '>', now)])),
    )
    .returning('id')
    .execute();
  for (const { id } of closed)
    await recordAct(trx, { task: id, at: now, staff: actor.staff, act: 'checked', text: null });
}
