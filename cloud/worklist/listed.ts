import type { Audience } from '@hemma/protocols/api/worklist.js';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../database/schema.js';

/** The worklist as it is read. */

const urgency = sql`case tasks.severity when 'red' then 0 when 'yellow' then 1 else 2 end`;
const unseenFirst = sql`case tasks.state when 'open' then 0 else 1 end`;

/** Which tasks; what is left out excludes nothing. */
export interface AskedTasks {
  /** This one, in whatever state; without it, those that nobody has dealt with. */
  readonly id?: string | undefined;
  readonly audience?: Audience | undefined;
  readonly unit?: string | undefined;
}

/** What is to be done: red by oldest unopened first, then yellow, then information. */
export function taskRows(db: Kysely<Tables>, limit: number, asked: AskedTasks = {}) {
  const { id, audience, unit } = asked;
  return db
    .selectFrom('tasks')
    .leftJoin('findings', 'findings.id', 'tasks.finding')
    .leftJoin('patients', 'patients.ref', 'tasks.patient')
    .leftJoin('staff', 'staff.ref', 'tasks.assignee')
    .leftJoin('checked_devices', 'checked_devices.device', 'tasks.device')
    .select([
      'tasks.id as task',
      'tasks.kind as task_kind',
      ...(['tasks.audience', 'tasks.patient', 'tasks.unit', 'tasks.severity'] as const),
      ...(['tasks.state', 'tasks.opened_at', 'tasks.due_at', 'tasks.escalated'] as const),
      'tasks.assignee',
      ...(['tasks.device', 'checked_devices.model', 'checked_devices.gateway'] as const),
      ...(['patients.display_name', 'patients.test_person'] as const),
      'staff.display_name as assignee_name',
      ...(['findings.plan', 'findings.plan_version', 'findings.rule'] as const),
      ...(['findings.reason', 'findings.basis', 'findings.latest_at'] as const),
      ...(['findings.count', 'findings.cleared_at'] as const),
      ...(['findings.topic', 'findings.cause'] as const),
    ])
    .select((eb) =>
      eb
        .selectFrom('messages')
        .innerJoin('threads', 'threads.patient', 'messages.patient')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('messages.patient', '=', 'tasks.patient')
        .where('tasks.kind', '=', 'message')
        .where('messages.side', '=', 'patient')
        .whereRef('messages.number', '>', 'threads.read_by_staff')
        .as('unread'),
    )
    .$if(id === undefined, (it) => it.where('tasks.state', 'not in', ['resolved', 'closed']))
    .$if(id !== undefined, (it) => it.where('tasks.id', '=', id ?? ''))
    .$if(audience !== undefined, (it) => it.where('tasks.audience', '=', audience ?? 'clinic'))
    .$if(unit !== undefined, (it) => it.where('tasks.unit', '=', unit ?? ''))
    .orderBy(urgency)
    .orderBy(unseenFirst)
    .orderBy('tasks.opened_at')
    .orderBy('tasks.id')
    .limit(limit)
    .execute();
}
export type ListedTask = Awaited<ReturnType<typeof taskRows>>[number];

/** Of a task nobody reads more; the newest count. */
const maxNotes = 2_000;

/** The notes of these tasks, oldest first, with the names of those who wrote them. */
export function notesOf(db: Kysely<Tables>, tasks: readonly string[]) {
  if (tasks.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('task_acts')
    .innerJoin('staff', 'staff.ref', 'task_acts.staff')
    .select(['task_acts.task', 'task_acts.at', 'task_acts.text', 'staff.display_name as by'])
    .where('task_acts.task', 'in', [...tasks])
    .where('act', '=', 'noted')
    .orderBy('task_acts.at')
    .orderBy('task_acts.id')
    .limit(maxNotes)
    .execute();
}
export type Note = Awaited<ReturnType<typeof notesOf>>[number];
