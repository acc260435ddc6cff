import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { TaskHistory } from '@hemma/protocols/api/worklist.js';
import { maxHistory, taskHistorySchema } from '@hemma/protocols/api/worklist.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Tables } from '../database/schema.js';

/** At the same instant: it is seen, then taken; a note that goes with a reason is before it. */
const withinInstant = sql`case task_acts.act when 'acknowledged' then 0 when 'taken' then 1
  when 'resolved' then 3 when 'checked' then 3 else 2 end`;

/**
 * All that was done with a task since it was opened, oldest first, also when it is closed; the newest
 * where there is more than {@link maxHistory}. Throws {@link CodedError} `not_found`.
 */
export async function historyOf(db: Kysely<Tables>, id: string): Promise<TaskHistory> {
  const task = await db
    .selectFrom('tasks')
    .select(['state', 'opened_at', 'closed_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (task === undefined) throw new CodedError('not_found', 'There is no task with this id.');
  const newest = await actsOf(db, id);
  return taskHistorySchema.parse({
    ...{ id, state: task.state, openedAt: task.opened_at, closedAt: task.closed_at },
    acts: newest.slice(0, maxHistory).reverse().map(shown),
    truncated: newest.length > maxHistory,
  });
}

/** Newest first, and one more than is told. */
function actsOf(db: Kysely<Tables>, id: string) {
  return db
    .selectFrom('task_acts')
    .leftJoin('staff', 'staff.ref', 'task_acts.staff')
    .select(['task_acts.at', 'task_acts.act', 'task_acts.text', 'staff.display_name as by'])
    .where('task_acts.task', '=', id)
    .orderBy('task_acts.at', 'desc')
    .orderBy(withinInstant, 'desc')
    .orderBy('task_acts.id', 'desc')
    .limit(maxHistory + 1)
    .execute();
}

function shown({ at, act, by, text }: Awaited<ReturnType<typeof actsOf>>[number]) {
  return {
    ...{ at, act, by },
    note: act === 'noted' ? text : null,
    reason: act === 'resolved' ? text : null,
    level: act === 'escalated' ? Number(text) : null,
  };
}
