import type { CloseReason } from '@hemma/protocols/api/clinic.js';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Statements } from '../database/columns.js';

/** A finding that somebody must answer. */
interface TaskTable {
  id: string;
  finding: string;
  patient: string;
  severity: Severity;
  state: 'open' | 'acknowledged' | 'closed';
  /** Milliseconds since 1970 UTC, as all times here. */
  opened_at: number;
  acknowledged_at: number | null;
  closed_at: number | null;
  /** Null as long as no person closed it. */
  closed_reason: CloseReason | null;
}

export interface WorklistTables {
  tasks: TaskTable;
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
};
