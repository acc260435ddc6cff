import type { Statements } from '../database/columns.js';
import type { ChannelName } from '../notify/tables.js';

/** The only tables with names: everything else knows the random references. */
interface PatientTable {
  /** `p-…`, random. */
  ref: string;
  display_name: string;
  /** 1 for a person that does not exist: only they may run a plan that is published for test. */
  test_person: number;
  created_at: number;
}

interface StaffTable {
  /** `s-…`, random. */
  ref: string;
  display_name: string;
  /** JSON array of `Role`. */
  roles: string;
  /** 1 for a licensed professional. */
  licensed: number;
  /** Where they work; null for those who serve the whole region. */
  unit: string | null;
  created_at: number;
  /** When they left; null while they work here. What they did stays theirs. */
  left_at: number | null;
}

/** Where a patient wants to be told something. */
interface PatientAddressTable {
  id: string;
  patient: string;
  channel: ChannelName;
  /** An e-mail address, the URL of a webhook, or nothing. */
  address: string;
  created_at: number;
}

export interface PeopleTables {
  patients: PatientTable;
  staff: StaffTable;
  patient_addresses: PatientAddressTable;
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
  '008-staff': ({ int64 }) => [
    `create table staff (
      ref text primary key,
      display_name text not null,
      roles text not null,
      licensed ${int64} not null,
      unit text,
      created_at ${int64} not null,
      left_at ${int64}
    )`,
    `alter table patients add column test_person ${int64} not null default 0`,
  ],
  '044-patient-addresses': ({ int64 }) => [
    `create table patient_addresses (
      id text primary key,
      patient text not null references patients (ref),
      channel text not null,
      address text not null,
      created_at ${int64} not null
    )`,
    'create unique index one_address on patient_addresses (patient, channel, address)',
  ],
};
