import type { Statements } from '../database/columns.js';

/** A care unit: who looks at the values of its patients, and when. */
interface UnitTable {
  /** Short id that staff choose: `heart-clinic`. */
  id: string;
  name: string;
  /** JSON, `StaffedHours`: when somebody is at work. */
  hours: string;
  /** Staff who answers, and who stands in; null while nobody is named. */
  responsible: string | null;
  substitute: string | null;
  /** Minutes a week that the unit has for findings of all its patients. */
  budget_minutes: number;
  created_at: number;
}

export interface UnitTables {
  units: UnitTable;
}

export const unitMigrations: Readonly<Record<string, Statements>> = {
  '009-units': ({ int64 }) => [
    `create table units (
      id text primary key,
      name text not null,
      hours text not null,
      responsible text references staff (ref),
      substitute text references staff (ref),
      budget_minutes ${int64} not null,
      created_at ${int64} not null
    )`,
  ],
};
