import type { Kysely, Transaction } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { CloseReason } from '@hemma/protocols/api/clinic.js';
import type { Tables } from '../database/schema.js';
import type { FindingRow } from '../rules/finding-rows.js';

type Trx = Transaction<Tables>;

/**
 * The tasks that findings give to people. A task is opened with its finding in one transaction, one
 * for each of them, and it stays until a person has seen it, even when the values are back to normal.
 */
export class Worklist {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Opens the task of a finding, or brings it up to date: the same finding never gives a second one.
   * When the values are back to normal, a task that somebody has seen is done.
   */
  async sync(trx: Trx, { id, patient, severity, found_at, cleared_at }: FindingRow): Promise<void> {
    const known = await trx
      .selectFrom('tasks')
      .select(['acknowledged_at', 'closed_reason', 'closed_at'])
      .where('finding', '=', id)
      .executeTakeFirst();
    if (known === undefined) {
      await trx
        .insertInto('tasks')
        .values({
          ...{ id, finding: id, patient, severity, state: 'open', opened_at: found_at },
          ...{ acknowledged_at: null, closed_at: null, closed_reason: null },
        })
        .execute();
      return;
    }
    const isAnswered = known.closed_reason !== null;
    const closed_at = isAnswered || known.acknowledged_at === null ? known.closed_at : cleared_at;
    const seen = known.acknowledged_at === null ? 'open' : 'acknowledged';
    const state = isAnswered || closed_at !== null ? 'closed' : seen;
    await trx
      .updateTable('tasks')
      .set({ severity, state, closed_at })
      .where('finding', '=', id)
      .execute();
  }

  /** The data no longer give a finding that nobody has seen. */
  async drop(trx: Trx, finding: string): Promise<void> {
    await trx.deleteFrom('tasks').where('finding', '=', finding).execute();
  }

  /**
   * A person has seen it. Doing it again changes nothing. When the values are back to normal already,
   * that closes it. Gives the patient. Throws {@link CodedError} `not_found`.
   */
  async acknowledge(id: string, at: number): Promise<string> {
    return this.#db.transaction().execute(async (trx) => {
      await lockPatientOf(trx, id);
      const { patient, cleared_at } = await this.#find(trx, id);
      await trx
        .updateTable('tasks')
        .set(
          cleared_at === null
            ? { state: 'acknowledged', acknowledged_at: at }
            : { state: 'closed', acknowledged_at: at, closed_at: at },
        )
        .where('id', '=', id)
        .where('state', '=', 'open')
        .execute();
      return patient;
    });
  }

  /**
   * A person has answered it. Where the plan lets staff end the finding it is over, and the next value
   * beyond the limit after the cooldown is a new one. Closing twice changes nothing. Gives the patient. Throws {@link CodedError} `not_found`.
   */
  async close(id: string, reason: CloseReason, at: number): Promise<string> {
    return this.#db.transaction().execute(async (trx) => {
      await lockPatientOf(trx, id);
      const { patient, finding } = await this.#find(trx, id);
      await trx
        .updateTable('findings')
        .set({ cleared_at: at })
        .where('id', '=', finding)
        .where('cleared_at', 'is', null)
        .where('staff_may_close', '=', 1)
        .execute();
      await trx
        .updateTable('tasks')
        .set({ state: 'closed', closed_at: at, closed_reason: reason })
        .where('id', '=', id)
        .where('state', '<>', 'closed')
        .execute();
      return patient;
    });
  }

  async #find(trx: Trx, id: string) {
    const task = await trx
      .selectFrom('tasks')
      .innerJoin('findings', 'findings.id', 'tasks.finding')
      .select(['tasks.patient', 'tasks.finding', 'findings.cleared_at'])
      .where('tasks.id', '=', id)
      .executeTakeFirst();
    if (task === undefined) throw new CodedError('not_found', 'There is no task with this id.');
    return task;
  }
}

/** What rules and staff do with the findings of a patient happens one after the other. */
async function lockPatientOf(trx: Trx, task: string): Promise<void> {
  await trx
    .updateTable('judgings')
    .set((eb) => ({ judged_until: eb.ref('judged_until') }))
    .where('patient', '=', (eb) => eb.selectFrom('tasks').select('patient').where('id', '=', task))
    .execute();
}
