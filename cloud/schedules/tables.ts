import type { Statements } from '../database/columns.js';

/** What the home of a patient needs of each running episode to go on by itself. */
interface ScheduleTable {
  episode: string;
  patient: string;
  revision: string;
  /** JSON, `Schedule`. */
  schedule: string;
  /** 0 when no gateway could read it, as one of its lists is too long. */
  readable: number;
  /** JSON, the staffed hours that it tells of; null when no unit answers, or nobody has looked yet. */
  hours: string | null;
  made_at: number;
}

/** Whom a gateway was lent to when its command was made. */
interface CommandHomeTable {
  gateway: string;
  patient: string;
}

/** Rows of a ledger that had come when somebody in care last looked at the values of the patient. */
interface SeenTable {
  patient: string;
  gateway: string;
  ledger: string;
  /** Sequence number. */
  up_to: number;
}

export interface ScheduleTables {
  schedules: ScheduleTable;
  command_homes: CommandHomeTable;
  seen: SeenTable;
}

export const scheduleMigrations: Readonly<Record<string, Statements>> = {
  // For whom every command was made is looked at anew: it tells of loans as well.
  '057-loans-told': () => ['delete from command_homes'],
  '054-schedules': ({ int64 }) => [
    `create table schedules (
      episode text primary key references episodes (id),
      patient text not null references patients (ref),
      revision text not null,
      schedule text not null,
      made_at ${int64} not null
    )`,
    'create index schedules_by_patient on schedules (patient)',
    `create table command_homes (
      gateway text not null references gateways (id),
      patient text not null,
      primary key (gateway, patient)
    )`,
    `create table seen (
      patient text not null references patients (ref),
      gateway text not null references gateways (id),
      ledger text not null,
      up_to ${int64} not null,
      primary key (patient, gateway, ledger)
    )`,
    // JSON, all that is wanted of a gateway beside prompts: `HomeParts`.
    `alter table commands add column home text not null default '{}'`,
  ],
  '058-schedules': ({ int64 }) => [
    `alter table schedules add column readable ${int64} not null default 1`,
    'alter table schedules add column hours text',
    // What of the schedules that are wanted goes down, went down as a mark alone, and had no room.
    `alter table commands add column revisions text not null default '[]'`,
    `alter table commands add column marked text not null default '[]'`,
    `alter table commands add column withheld ${int64} not null default 0`,
    // The revisions that the gateway says it has.
    'alter table gateway_status add column schedules text',
  ],
};
