import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { TaskKind } from '@hemma/protocols/api/worklist.js';
import type { Tables } from '../database/schema.js';
import { recordAct } from './worklist.js';

/** Tasks of the talk with a patient: an answer that waits, and a text that staff have not written. */
export type MessageTaskKind = Extract<TaskKind, 'message' | 'message-due'>;

type Trx = Transaction<Tables>;

interface NewMessageTask {
  readonly kind: MessageTaskKind;
  readonly patient: string;
  readonly unit: string;
  readonly openedAt: number;
  readonly dueAt: number | null;
}

const idOctets = 16;

/**
 * Opens a task where the patient has none of the kind (index `one_message_task`). An answer that waits
 * is looked at within the time that was promised and is passed on after it; a text that is due is a
 * reminder and no more. Gives whether it was opened.
 */
export async function openMessageTask(
  trx: Trx,
  { kind, patient, unit, openedAt, dueAt }: NewMessageTask,
): Promise<boolean> {
  const isAsked = kind === 'message';
  const opened = await trx
    .insertInto('tasks')
    .values({
      ...{ id: randomBytes(idOctets).toString('hex'), kind, audience: 'clinic', unit, patient },
      ...{ finding: null, severity: isAsked ? 'yellow' : 'info', state: 'open' },
      ...{ opened_at: openedAt, due_at: dueAt, escalated: 0 },
      ...{ escalates_at: isAsked ? dueAt : null, acknowledged_at: null, assignee: null },
      ...{ resolved_at: null, reason: null, closed_at: null },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return opened.numInsertedOrUpdatedRows === 1n;
}

/** A member of staff has written to the patient: both kinds of task are dealt with. */
export async function answerMessageTasks(
  trx: Trx,
  { patient, staff, at }: { readonly patient: string; readonly staff: string; readonly at: number },
): Promise<void> {
  const open = await trx
    .selectFrom('tasks')
    .select(['id', 'acknowledged_at'])
    .where('patient', '=', patient)
    .where('kind', 'in', ['message', 'message-due'])
    .where('state', '<>', 'closed')
    .execute();
  for (const { id, acknowledged_at } of open) {
    await recordAct(trx, { task: id, at, staff, act: 'resolved', text: 'contacted' });
    await trx
      .updateTable('tasks')
      .set({
        ...{ state: 'closed', acknowledged_at: acknowledged_at ?? at, resolved_at: at },
        ...{ reason: 'contacted', closed_at: at, escalates_at: null },
      })
      .where('id', '=', id)
      .execute();
  }
}

/** Nobody needs to write any more: the plan has ended or rests, or it was written in another way. */
export async function withdrawFeedbackTask(trx: Trx, patient: string, at: number): Promise<void> {
  await trx
    .updateTable('tasks')
    .set({ state: 'closed', closed_at: at })
    .where('patient', '=', patient)
    .where('kind', '=', 'message-due')
    .where('state', '<>', 'closed')
    .execute();
}
