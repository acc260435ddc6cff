import type { Statements } from '../database/columns.js';

/** The only table with names: everything else knows the random reference. */
interface PatientTable {
  /** `p-…`, random. */
  ref: string;
  display_name: string;
  /** Id of the monitoring plan. */
  plan: string | null;
  /** JSON object: parameter id of the plan → value set for this patient. */
  parameters: string;
  created_at: number;
}

export interface PeopleTables {
  patients: PatientTable;
}

export const peopleMigrations: Readonly<Record<string, Statements>> = {
  '003-people': ({ int64 }) => [
    `create table patients (
      ref text primary key,
      display_name text not null,
      plan text,
      parameters text not null,
      created_at ${int64} not null
    )`,
  ],
};
