import type { Language } from '@hemma/protocols/plans/text.js';
import type { Statements } from '../database/columns.js';
import type { PatientNoticeKind } from '../notify/message.js';

/** What a patient has chosen about being reminded; without a row it is what the plans say, in Swedish. */
interface ReminderChoiceTable {
  patient: string;
  language: Language;
  /** 1 for one who wants no reminder at all. */
  off: number;
}

/** An own time, for one window of one task of a plan. */
interface ReminderTimeTable {
  patient: string;
  plan: string;
  /** `task/window`. */
  item: string;
  /** Wall time `HH:MM`; null for that of the plan. */
  time: string | null;
  off: number;
}

/** How far the reminders of a patient were looked at: what was due before is sent, or never will be. */
interface ReminderAgendaTable {
  patient: string;
  /** Milliseconds since 1970 UTC, as all times here. */
  looked_until: number;
  next_at: number;
}

/** Something that a patient is told at one address. */
interface PatientNoticeTable {
  id: string;
  address: string;
  kind: PatientNoticeKind;
  /** The minute that it is of. */
  at: number;
  attempts: number;
  /** When it is tried next; null from just before it is tried until it failed for a passing reason. */
  next_at: number | null;
  /** Code of the last failure. */
  code: string | null;
}

export interface ReminderTables {
  reminder_choices: ReminderChoiceTable;
  reminder_times: ReminderTimeTable;
  reminder_agenda: ReminderAgendaTable;
  patient_notices: PatientNoticeTable;
}

export const reminderMigrations: Readonly<Record<string, Statements>> = {
  '045-reminders': ({ int64 }) => [
    `create table reminder_choices (
      patient text primary key references patients (ref),
      language text not null,
      off ${int64} not null
    )`,
    `create table reminder_times (
      patient text not null references patients (ref),
      plan text not null,
      item text not null,
      time text,
      off ${int64} not null,
      primary key (patient, plan, item)
    )`,
    `create table reminder_agenda (
      patient text primary key references patients (ref),
      looked_until ${int64} not null,
      next_at ${int64} not null
    )`,
    'create index reminders_due on reminder_agenda (next_at)',
    `create table patient_notices (
      id text primary key,
      address text not null references patient_addresses (id),
      kind text not null,
      at ${int64} not null,
      attempts ${int64} not null,
      next_at ${int64},
      code text
    )`,
    'create unique index one_notice on patient_notices (address, kind, at)',
    'create index notices_due on patient_notices (next_at) where next_at is not null',
  ],
};
