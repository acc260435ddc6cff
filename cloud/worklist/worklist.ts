import { randomBytes } from 'node:crypto';
import type { ResolveReason, TaskState } from '@hemma/protocols/api/worklist.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { queue } from '../notify/notifications.js';
import type { FindingRow } from '../rules/finding-rows.js';
import type { Actor } from '../staff/actor.js';
import type { Promises } from './due.js';

type Trx = Transaction<Tables>;
type TaskRow = Selectable<Tables['tasks']>;

/** How a person has dealt with a task, and what they have to say about it. */
export interface Resolution {
  readonly reason: ResolveReason;
  readonly note: string | null;
}

/**
 * The tasks that findings give to people. A task is opened with its finding in one transaction, one
 * for each of them, and it stays until a person has seen it, even when the values are back to normal.
 */
export class Worklist {
  readonly #db: Kysely<Tables>;
  readonly #promises: Promises;

  constructor(db: Kysely<Tables>, promises: Promises) {
    this.#db = db;
    this.#promises = promises;
  }

  /**
   * Opens the task of a finding, or brings it up to date: the same finding never gives a second one.
   * When the values are back to normal, a task that somebody has seen is done.
   */
  async sync(trx: Trx, finding: FindingRow): Promise<void> {
    const { id, patient, severity, found_at, cleared_at, topic: kind } = finding;
    const audience = finding.audience === 'technology' ? 'technology' : 'clinic';
    const known = await trx
      .selectFrom('tasks')
      .selectAll()
      .where('finding', '=', id)
      .executeTakeFirst();
    if (known === undefined) {
      const { unit, dueAt } = await this.#promises.of(trx, finding);
      await trx
        .insertInto('tasks')
        .values({
          ...{ id, kind, audience, finding: id, patient, device: null, unit },
          ...{ severity, state: 'open', opened_at: found_at, due_at: dueAt, escalated: 0 },
          ...{ escalates_at: dueAt, acknowledged_at: null, assignee: null },
          ...{ resolved_at: null, reason: null, closed_at: null },
        })
        .execute();
      await tellOfNew(trx, { unit, audience, severity, patient }, found_at);
      return;
    }
    const isMore = known.audience !== audience || (severity === 'red' && known.severity !== 'red');
    if (isMore && known.state === 'open')
      await tellOfNew(trx, { unit: known.unit, audience, severity, patient }, found_at);
    await settle(trx, { ...known, severity, audience }, cleared_at);
  }

  /** The data no longer give a finding that nobody has seen. */
  async drop(trx: Trx, finding: string): Promise<void> {
    await trx.deleteFrom('tasks').where('finding', '=', finding).execute();
  }

  /**
   * A person has seen it. Doing it again changes nothing. When the values are back to normal already,
   * that closes it. Gives the patient. Throws {@link CodedError} `not_found`.
   */
  async acknowledge(id: string, actor: Actor, at: number): Promise<string | null> {
    return this.#change(id, async (trx, task, clearedAt) => {
      if (task.acknowledged_at !== null || task.resolved_at !== null) return;
      await recordAct(trx, { task: id, at, staff: actor.staff, act: 'acknowledged', text: null });
      await settle(trx, { ...task, acknowledged_at: at }, clearedAt);
    });
  }

  /**
   * A person works on it, in place of whoever did before. Gives the patient. Throws
   * {@link CodedError} `not_found`, or `wrong_state` once it is dealt with.
   */
  async take(id: string, actor: Actor, at: number): Promise<string | null> {
    return this.#change(id, async (trx, task, clearedAt) => {
      mustBeUnanswered(task);
      if (task.assignee === actor.staff) return;
      const taken = { acknowledged_at: task.acknowledged_at ?? at, assignee: actor.staff };
      await recordAct(trx, { task: id, at, staff: actor.staff, act: 'taken', text: null });
      await settle(trx, { ...task, ...taken }, clearedAt);
    });
  }

  /** Something to know for whoever looks next; who writes has seen it. Throws `not_found`. */
  async note(id: string, text: string, actor: Actor, at: number): Promise<string | null> {
    return this.#change(id, async (trx, task, clearedAt) => {
      await recordAct(trx, { task: id, at, staff: actor.staff, act: 'noted', text });
      await settle(trx, { ...task, acknowledged_at: task.acknowledged_at ?? at }, clearedAt);
    });
  }

  /**
   * A person has dealt with it. Where the plan lets staff end the finding it is over, and the next
   * value beyond the limit after the cooldown is a new one; else the task is closed when the values
   * are back. Doing it again changes nothing, a note of it included. Gives the patient. Throws
   * {@link CodedError} `not_found`, or `wrong_state` for what a check of a device ends.
   */
  async resolve(id: string, said: Resolution, actor: Actor, at: number): Promise<string | null> {
    return this.#change(id, (trx, task, clearedAt) =>
      answer(trx, { task, clearedAt }, said, { staff: actor.staff, at }),
    );
  }

  /**
   * Only what is information is closed without a look at each; what it is, is told by the task as it is
   * held for this change. Throws `not_allowed` for the rest.
   */
  async resolveGreen(
    id: string,
    reason: ResolveReason,
    actor: Actor,
    at: number,
  ): Promise<string | null> {
    return this.#change(id, async (trx, task, clearedAt) => {
      if (task.severity !== 'info')
        throw new CodedError('not_allowed', 'Only information is closed several at once.');
      await answer(trx, { task, clearedAt }, { reason, note: null }, { staff: actor.staff, at });
    });
  }

  /** Does it while nobody else does anything with the patient. */
  async #change(
    id: string,
    change: (trx: Trx, task: TaskRow, clearedAt: number | null) => Promise<void>,
  ): Promise<string | null> {
    return this.#db.transaction().execute(async (trx) => {
      await lockPatientOf(trx, id);
      await lockTask(trx, id);
      const row = await trx
        .selectFrom('tasks')
        .leftJoin('findings', 'findings.id', 'tasks.finding')
        .selectAll('tasks')
        .select('findings.cleared_at')
        .where('tasks.id', '=', id)
        .executeTakeFirst();
      if (row === undefined) throw new CodedError('not_found', 'There is no task with this id.');
      const { cleared_at, ...task } = row;
      await change(trx, task, cleared_at);
      return task.patient;
    });
  }
}

/** A task as it is held for a change, and when its values were back to normal. */
interface Held {
  readonly task: TaskRow;
  readonly clearedAt: number | null;
}

/** Writes down how somebody has dealt with a task; what was dealt with already stays as it is. */
async function answer(
  trx: Trx,
  { task, clearedAt }: Held,
  { reason, note }: Resolution,
  { staff, at }: { readonly staff: string; readonly at: number },
): Promise<void> {
  if (task.resolved_at !== null || task.closed_at !== null) return;
  if (task.kind === 'calibration-due')
    throw new CodedError('wrong_state', 'It is over when the device is checked or retired.');
  const { id } = task;
  if (note !== null) await recordAct(trx, { task: id, at, staff, act: 'noted', text: note });
  const ended = await trx
    .updateTable('findings')
    .set({ cleared_at: at })
    .where('id', '=', task.finding ?? '')
    .where('cleared_at', 'is', null)
    .where('staff_may_close', '=', 1)
    .executeTakeFirst();
  const isOver = ended.numUpdatedRows > 0n || task.finding === null;
  await recordAct(trx, { task: id, at, staff, act: 'resolved', text: reason });
  await settle(trx, { ...task, resolved_at: at, reason }, isOver ? at : clearedAt);
}

/** The clinic is told of what is red, medical technology of all that is theirs. */
async function tellOfNew(
  trx: Trx,
  {
    unit,
    audience,
    severity,
    patient,
  }: Pick<TaskRow, 'unit' | 'audience' | 'severity' | 'patient'>,
  at: number,
): Promise<void> {
  if (unit === null || (audience === 'clinic' && severity !== 'red')) return;
  const kind = audience === 'clinic' ? 'task-red' : 'task-technical';
  await queue(trx, { unit, kind, at, audience, patient });
}

function mustBeUnanswered({ resolved_at, closed_at }: TaskRow): void {
  if (resolved_at !== null || closed_at !== null)
    throw new CodedError('wrong_state', 'Somebody has dealt with it already.');
}

/** Writes a task with the state that follows from what was done and from the values. */
async function settle(trx: Trx, task: TaskRow, clearedAt: number | null): Promise<void> {
  const state = stateOf(task, clearedAt);
  const closedAt = Math.max(clearedAt ?? 0, task.resolved_at ?? task.acknowledged_at ?? 0);
  const isAnswered = state === 'resolved' || state === 'closed';
  await trx
    .updateTable('tasks')
    .set({
      ...{ severity: task.severity, audience: task.audience },
      ...{ state, acknowledged_at: task.acknowledged_at },
      ...{ assignee: task.assignee, resolved_at: task.resolved_at, reason: task.reason },
      closed_at: state === 'closed' ? (task.closed_at ?? closedAt) : null,
      ...(isAnswered ? { escalates_at: null } : {}),
    })
    .where('id', '=', task.id)
    .execute();
}

/** Whoever works on a task says when it is dealt with; one that was only seen ends with its finding. */
function stateOf(
  { acknowledged_at, assignee, resolved_at }: TaskRow,
  clearedAt: number | null,
): TaskState {
  if (resolved_at !== null) return clearedAt === null ? 'resolved' : 'closed';
  if (assignee !== null) return 'in-progress';
  if (acknowledged_at === null) return 'open';
  return clearedAt === null ? 'acknowledged' : 'closed';
}

const idOctets = 12;

/** Writes down what was done with a task. */
export async function recordAct(
  trx: Trx,
  act: Omit<Selectable<Tables['task_acts']>, 'id'>,
): Promise<void> {
  const id = randomBytes(idOctets).toString('hex');
  await trx
    .insertInto('task_acts')
    .values({ id, ...act })
    .execute();
}

/** What rules and staff do with the findings of a patient happens one after the other. */
async function lockPatientOf(trx: Trx, task: string): Promise<void> {
  await trx
    .updateTable('judgings')
    .set((eb) => ({ judged_until: eb.ref('judged_until') }))
    .where('patient', '=', (eb) => eb.selectFrom('tasks').select('patient').where('id', '=', task))
    .execute();
}

/** A task of no patient, or of one who was never judged, is held by itself. */
async function lockTask(trx: Trx, id: string): Promise<void> {
  await trx
    .updateTable('tasks')
    .set((eb) => ({ escalated: eb.ref('escalated') }))
    .where('id', '=', id)
    .execute();
}
