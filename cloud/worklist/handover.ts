import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { queue } from '../notify/notifications.js';
import { uncovered, Units } from '../units/units.js';

/** Of a unit that answers for nobody, nothing is missing. */
async function answersForSomebody(db: Kysely<Tables>, unit: string): Promise<boolean> {
  const row = await db
    .selectFrom('episodes')
    .select('id')
    .where('unit', '=', unit)
    .where('ended_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * A unit that follows patients and has lost its staffed hours, the one who answers or the one who
 * stands in gets one task that says so, until it is covered again. Gives whether something changed.
 */
export async function reviewCoverage(db: Kysely<Tables>, now: number): Promise<boolean> {
  let changed = false;
  for (const unit of await new Units(db).list()) {
    const lacks = await uncovered(db, unit, now);
    const isWanted = lacks.length > 0 && (await answersForSomebody(db, unit.id));
    const open = await db
      .selectFrom('tasks')
      .select('id')
      .where('kind', '=', 'handover')
      .where('unit', '=', unit.id)
      .where('state', '<>', 'closed')
      .executeTakeFirst();
    if (isWanted === (open !== undefined)) continue;
    changed = true;
    await db
      .transaction()
      .execute((trx) =>
        open === undefined ? openTask(trx, unit.id, now) : closeTask(trx, open.id, now),
      );
  }
  return changed;
}

const idOctets = 16;

/** Index `one_handover`: of two processes that see it, one opens it. */
async function openTask(trx: Transaction<Tables>, unit: string, now: number): Promise<void> {
  await trx
    .insertInto('tasks')
    .values({
      ...{ id: randomBytes(idOctets).toString('hex'), kind: 'handover', audience: 'clinic', unit },
      ...{ finding: null, patient: null, severity: 'yellow', state: 'open', opened_at: now },
      ...{ due_at: null, escalated: 0, escalates_at: null, acknowledged_at: null },
      ...{ assignee: null, resolved_at: null, reason: null, closed_at: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await queue(trx, { unit, kind: 'handover', at: now });
}

async function closeTask(trx: Transaction<Tables>, id: string, now: number): Promise<void> {
  await trx
    .updateTable('tasks')
    .set({ state: 'closed', closed_at: now })
    .where('id', '=', id)
    .execute();
}
