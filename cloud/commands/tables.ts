import type { Statements } from '../database/columns.js';

/** What each patient is asked to measure again, until it is answered or too late. */
interface PromptTable {
  /** Id of the finding that awaits the repeat. */
  id: string;
  /** The episode of a plan in which it was found. */
  episode: string;
  patient: string;
  /** Milliseconds since 1970 UTC. */
  until_at: number;
  /** JSON, `Prompt`. */
  prompt: string;
}

/** What the cloud wants of each gateway. */
interface CommandTable {
  gateway: string;
  /** Grows with every change; 0 as long as nothing was ever wanted. */
  version: number;
  /** JSON list of `Prompt`. */
  prompts: string;
  /** JSON, `HomeParts`: the rest of what is wanted. */
  home: string;
  /** JSON list of the schedules in `home`, by their revisions. */
  revisions: string;
  /** JSON list of those that were named by a mark alone when this version was sent last. */
  marked: string;
  /** Schedules that had no room: the ones before them stay in force. */
  withheld: number;
  made_at: number;
  /** The version that the broker has taken; 0 when it has to be sent again. */
  sent_version: number;
  sent_at: number | null;
}

export interface CommandTables {
  prompts: PromptTable;
  commands: CommandTable;
}

export const commandMigrations: Readonly<Record<string, Statements>> = {
  '022-commands': ({ int64 }) => [
    `create table prompts (
      id text primary key references findings (id) on delete cascade,
      episode text not null references episodes (id),
      patient text not null references patients (ref),
      until_at ${int64} not null,
      prompt text not null
    )`,
    'create index prompts_by_patient on prompts (patient)',
    `create table commands (
      gateway text primary key references gateways (id),
      version ${int64} not null,
      prompts text not null,
      made_at ${int64} not null,
      sent_version ${int64} not null,
      sent_at ${int64}
    )`,
    'create index commands_to_send on commands (gateway) where sent_version < version',
    'create index current_loans on loans (patient) where to_at is null',
    // The version that the gateway says it has applied.
    `alter table gateway_status add column command_version ${int64}`,
  ],
};
