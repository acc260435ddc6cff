import type { Statements } from '../database/columns.js';
import type { CareEvent } from './events.js';

/**
 * What people did, beside what devices measured: answers, contacts, pauses, limits. Append-only; what
 * was entered in error stays, and an event says so.
 */
interface CareEventTable {
  /** `v-…`, random. */
  id: string;
  patient: string;
  /** The episode it belongs to; null for what is of the patient as a whole. */
  episode: string | null;
  kind: CareEvent['kind'];
  /** The time it belongs to, milliseconds since 1970 UTC. */
  at: number;
  /** When it was entered; later than `at` for what is filled in afterwards. */
  received_at: number;
  /** The member of staff who did it; null when it was the patient, or an import. */
  staff: string | null;
  /** JSON, `CareEvent`. */
  data: string;
}

export interface RecordTables {
  care_events: CareEventTable;
}

export const recordMigrations: Readonly<Record<string, Statements>> = {
  '011-record': ({ int64 }) => [
    `create table care_events (
      id text primary key,
      patient text not null references patients (ref),
      episode text references episodes (id),
      kind text not null,
      at ${int64} not null,
      received_at ${int64} not null,
      staff text references staff (ref),
      data text not null
    )`,
    'create index care_events_by_patient on care_events (patient, at)',
    'create index care_events_by_kind on care_events (kind, at)',
  ],
};
