import type { Kysely, Transaction } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { CloseReason } from '@hemma/protocols/api/clinic.js';
import type { Tables } from '../database/schema.js';
import { clearFinding } from '../rules/finding-rows.js';
import type { FindingRow } from '../rules/finding-rows.js';

type Trx = Transaction<Tables>;

/**
 * The tasks that findings give to people. A task is opened with its finding in one transaction, one
 * for each episode, and it stays until a person has seen it, even when the values are back to normal.
 */
export class Worklist {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Opens the task of an episode; the same episode never gives a second one. */
  async open(trx: Trx, finding: FindingRow): Promise<void> {
    await trx
      .insertInto('tasks')
      .values({
        id: finding.id,
        finding: finding.id,
        patient: finding.patient,
        severity: finding.severity,
        state: 'open',
        opened_at: finding.raised_at,
        acknowledged_at: null,
        closed_at: null,
        closed_reason: null,
      })
      .onConflict((conflict) => conflict.column('finding').doNothing())
      .execute();
  }

  /** The values are back to normal: a task that somebody has seen is done. */
  async cleared(trx: Trx, finding: FindingRow, at: number): Promise<void> {
    await trx
      .updateTable('tasks')
      .set({ state: 'closed', closed_at: at })
      .where('finding', '=', finding.id)
      .where('state', '=', 'acknowledged')
      .execute();
  }

  /**
   * A person has seen it. Doing it again changes nothing. When the values are back to normal already,
   * that closes it. Gives the patient. Throws {@link CodedError} `not_found`.
   */
  async acknowledge(id: string, at: number): Promise<string> {
    return this.#db.transaction().execute(async (trx) => {
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
   * A person has answered it: the episode is over, and the next value beyond the limit is a new one.
   * Closing twice changes nothing. Gives the patient. Throws {@link CodedError} `not_found`.
   */
  async close(id: string, reason: CloseReason, at: number): Promise<string> {
    return this.#db.transaction().execute(async (trx) => {
      const { patient, finding } = await this.#find(trx, id);
      await clearFinding(trx, finding, at);
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
