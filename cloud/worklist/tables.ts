import type {
  Audience,
  ResolveReason,
  TaskAct,
  TaskKind,
  TaskState,
} from '@hemma/protocols/api/worklist.js';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Statements } from '../database/columns.js';

/** Something that somebody must answer. */
interface TaskTable {
  id: string;
  kind: TaskKind;
  audience: Audience;
  /** What a rule found; null for a task of the unit itself. */
  finding: string | null;
  patient: string | null;
  /** That is to be checked; null for tasks about anything else. */
  device: string | null;
  unit: string | null;
  severity: Severity;
  state: TaskState;
  /** Milliseconds since 1970 UTC, as all times here. */
  opened_at: number;
  due_at: number | null;
  /** How often it was passed on, and when it is next. */
  escalated: number;
  escalates_at: number | null;
  acknowledged_at: number | null;
  assignee: string | null;
  /** Null as long as no person has dealt with it. */
  resolved_at: number | null;
  reason: ResolveReason | null;
  closed_at: number | null;
}

/** What people did with a task: never changed, never removed. */
interface TaskActTable {
  id: string;
  task: string;
  at: number;
  staff: string | null;
  act: TaskAct;
  /** A note, or the code of the reason; null where there is nothing to say. */
  text: string | null;
}

export interface WorklistTables {
  tasks: TaskTable;
  task_acts: TaskActTable;
}

export const worklistMigrations: Readonly<Record<string, Statements>> = {
  '007-worklist': ({ int64 }) => [
    `create table tasks (
      id text primary key,
      finding text not null unique references findings (id),
      patient text not null references patients (ref),
      severity text not null,
      state text not null,
      opened_at ${int64} not null,
      acknowledged_at ${int64},
      closed_at ${int64},
      closed_reason text
    )`,
    `create index tasks_to_do on tasks (patient, severity) where state <> 'closed'`,
  ],
  '027-worklist': ({ int64 }) => [
    'alter table tasks rename to tasks_before',
    'drop index tasks_to_do',
    `create table tasks (
      id text primary key,
      kind text not null,
      audience text not null,
      finding text unique references findings (id),
      patient text references patients (ref),
      unit text references units (id),
      severity text not null,
      state text not null,
      opened_at ${int64} not null,
      due_at ${int64},
      escalated ${int64} not null,
      escalates_at ${int64},
      acknowledged_at ${int64},
      assignee text references staff (ref),
      resolved_at ${int64},
      reason text,
      closed_at ${int64}
    )`,
    `insert into tasks
      select id, 'assess', 'clinic', finding, patient, null, severity, state, opened_at, null, 0,
        null, acknowledged_at, null,
        case when closed_reason is null then null else closed_at end,
        replace(closed_reason, '_', '-'), closed_at
      from tasks_before`,
    'drop table tasks_before',
    `create index tasks_to_do on tasks (patient, severity) where state <> 'closed'`,
    `create unique index one_handover on tasks (unit) where kind = 'handover' and state <> 'closed'`,
    'create index tasks_escalating on tasks (escalates_at) where escalates_at is not null',
    `create table task_acts (
      id text primary key,
      task text not null,
      at ${int64} not null,
      staff text references staff (ref),
      act text not null,
      text text
    )`,
    'create index acts_of_task on task_acts (task, at)',
  ],
};
