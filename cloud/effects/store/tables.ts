import type { Statements } from '../../database/columns.js';

/** What the effect measures need and nothing else keeps. */

/** A stay in hospital as it was imported; a later import of the same stay takes its place. */
interface InpatientStayTable {
  patient: string;
  /** Days since 1970-01-01 of the local calendar; null while the patient is still in hospital. */
  from_day: number;
  to_day: number | null;
  /** ICD-10-SE, upper case without the dot. */
  diagnosis: string;
}

/** The days that an import knows all stays of, both included. */
interface InpatientCoverTable {
  from_day: number;
  to_day: number;
  imported_at: number;
}

/** Signs of life of staff in a patient view: requirement R49, time that nobody writes down. */
interface HeartbeatTable {
  staff: string;
  patient: string;
  /** Milliseconds since 1970 UTC. */
  at: number;
}

export interface EffectTables {
  inpatient_stays: InpatientStayTable;
  inpatient_covers: InpatientCoverTable;
  heartbeats: HeartbeatTable;
}

export const effectMigrations: Readonly<Record<string, Statements>> = {
  '031-effects': ({ int64 }) => [
    `create table inpatient_stays (
      patient text not null references patients (ref),
      from_day ${int64} not null,
      to_day ${int64},
      diagnosis text not null,
      primary key (patient, from_day, diagnosis)
    )`,
    `create table inpatient_covers (
      from_day ${int64} not null,
      to_day ${int64} not null,
      imported_at ${int64} not null,
      primary key (from_day, to_day)
    )`,
    `create table heartbeats (
      staff text not null references staff (ref),
      patient text not null references patients (ref),
      at ${int64} not null,
      primary key (at, staff, patient)
    )`,
  ],
};
