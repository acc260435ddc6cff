import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { queue } from '../notify/notifications.js';
import { uncovered, Units } from '../units/units.js';

/** The units that answer for somebody: of others nothing is missing. */
async function answering(db: Kysely<Tables>): Promise<ReadonlySet<string | null>> {
  const rows = await db
    .selectFrom('episodes')
    .select('unit')
    .distinct()
    .where('ended_at', 'is', null)
    .execute();
  return new Set(rows.map((it) => it.unit));
}

/** The handover tasks that are not over, by unit. */
async function openTasks(db: Kysely<Tables>): Promise<ReadonlyMap<string | null, string>> {
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'unit'])
    .where('kind', '=', 'handover')
    .where('state', '<>', 'closed')
    .execute();
  return new Map(rows.map((it) => [it.unit, it.id]));
}

/**
 * A unit that follows patients and has lost its staffed hours, the one who answers or the one who
 * stands in gets one task that says so, until it is covered again. Gives whether something changed.
 */
export async function reviewCoverage(db: Kysely<Tables>, now: number): Promise<boolean> {
  const [asked, tasks] = [await answering(db), await openTasks(db)];
  let changed = false;
  for (const unit of await new Units(db).list()) {
    const open = tasks.get(unit.id);
    const isWanted = asked.has(unit.id) && (await uncovered(db, unit, now)).length > 0;
    if (isWanted === (open !== undefined)) continue;
    changed = true;
    await db
      .transaction()
      .execute((trx) =>
        open === undefined ? openTask(trx, unit.id, now) : closeTask(trx, open, now),
      );
  }
  return changed;
}

const idOctets = 16;

/** Index `one_handover`: of two processes that see it, one opens it and tells of it. */
async function openTask(trx: Transaction<Tables>, unit: string, now: number): Promise<void> {
  const opened = await trx
    .insertInto('tasks')
    .values({
      ...{ id: randomBytes(idOctets).toString('hex'), kind: 'handover', audience: 'clinic', unit },
      ...{
        finding: null,
        patient: null,
        device: null,
        severity: 'yellow',
        state: 'open',
        opened_at: now,
      },
      ...{ due_at: null, escalated: 0, escalates_at: null, acknowledged_at: null },
      ...{ assignee: null, resolved_at: null, reason: null, closed_at: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (opened.numInsertedOrUpdatedRows !== 1n) return;
  await queue(trx, { unit, kind: 'handover', at: now });
}

async function closeTask(trx: Transaction<Tables>, id: string, now: number): Promise<void> {
  await trx
    .updateTable('tasks')
    .set({ state: 'closed', closed_at: now })
    .where('id', '=', id)
    .execute();
}
