import type { Audience as TaskAudience, TaskKind } from '@hemma/protocols/api/worklist.js';
import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Statements } from '../database/columns.js';

/** What rules found. One row each time, from the first value until it is over. */
interface FindingTable {
  /** Random: a finding keeps its row, and its task, when late values move its beginning. */
  id: string;
  patient: string;
  /** Null only for what was found before there were episodes, of a plan that the patient had left. */
  episode: string | null;
  plan: string;
  plan_version: string;
  rule: string;
  severity: Severity;
  /**
   * `confirming`: a repeat is awaited; `unconfirmed`: it was not beyond the limit; `note`: seen only
   * after the fact, or while its rule was snoozed. Only what is `raised` gives a task.
   */
  kind: 'confirming' | 'unconfirmed' | 'raised' | 'note';
  /** Event time, milliseconds since 1970 UTC: the first value, and when the rule was raised by it. */
  began_at: number;
  /** Null while it is not confirmed. */
  raised_at: number | null;
  /** Event time; null as long as it goes on. */
  cleared_at: number | null;
  /** When the cloud had what raised it. */
  found_at: number;
  /** The newest of what makes it true. */
  latest_at: number;
  count: number;
  /** 1 when a person may end it. */
  staff_may_close: number;
  /** 1 when staff have seen it and the data no longer give it. */
  recalculated: number;
  /** JSON, `FindingReason`: what is shown. */
  reason: string;
  /** JSON, `FindingBasis`: what it was judged by. */
  basis: string;
  /** What it is about: the kind of the task that it may give. */
  topic: Topic;
  /** What is at the bottom of it, where that was decided: see `Cause` and the kinds of values. */
  cause: string | null;
  /** Who is to do something about it. */
  audience: Audience;
  /** JSON, `Text`: what the patient reads about it; null for what the plan itself says. */
  hint: string | null;
}

/** `assess`: a rule of the plan; the others are about values that stay away or cannot be judged. */
export type Topic = Exclude<TaskKind, 'calibration-due' | 'handover' | 'message' | 'message-due'>;

/** Those who answer tasks, or the patient alone. */
export type Audience = TaskAudience | 'patient';

/** How far each episode is judged. */
interface JudgingTable {
  episode: string;
  patient: string;
  /** Event time: everything up to here is in the findings. */
  judged_until: number;
  /** When time alone can change something; null when it cannot. */
  next_at: number | null;
  /** Event time of the oldest news that did not come through the journal; null for none. */
  news_from: number | null;
  /** Event time: what stayed away up to here is in the findings. */
  missing_until: number;
}

/** When each patient last measured something. */
interface LatestTable {
  patient: string;
  measured_at: number;
}

export interface RuleTables {
  findings: FindingTable;
  judgings: JudgingTable;
  latest_measurements: LatestTable;
}

export const ruleMigrations: Readonly<Record<string, Statements>> = {
  '006-rules': ({ int64 }) => [
    `create table findings (
      id text primary key,
      patient text not null references patients (ref),
      plan text not null,
      plan_version text not null,
      rule text not null,
      severity text not null,
      kind text not null,
      began_at ${int64} not null,
      raised_at ${int64},
      cleared_at ${int64},
      found_at ${int64} not null,
      latest_at ${int64} not null,
      count ${int64} not null,
      staff_may_close ${int64} not null,
      recalculated ${int64} not null,
      reason text not null,
      basis text not null
    )`,
    `create unique index one_episode_at_a_time on findings (patient, rule)
      where cleared_at is null`,
    'create index findings_by_patient on findings (patient, found_at)',
    `create table judgings (
      patient text primary key references patients (ref),
      judged_until ${int64} not null,
      next_at ${int64}
    )`,
    'create index judgings_due on judgings (next_at) where next_at is not null',
    // What a rule looks back at: all that a patient measured since a moment.
    'create index journal_by_patient on journal (patient, measured_at)',
    `create table latest_measurements (
      patient text primary key,
      measured_at ${int64} not null
    )`,
  ],
  '024-missing': ({ int64 }) => [
    `alter table findings add column topic text not null default 'assess'`,
    'alter table findings add column cause text',
    `alter table findings add column audience text not null default 'clinic'`,
    'alter table findings add column hint text',
    `alter table judgings add column missing_until ${int64} not null default 0`,
    `alter table gateway_status add column complete_to ${int64}`,
    // Settings and version that an episode began with: later ones are events.
    'alter table episodes add column first_version text',
    'alter table episodes add column first_parameters text',
    'update episodes set first_version = plan_version, first_parameters = parameters',
    `create index findings_missing on findings (patient)
      where topic = 'missing' and cleared_at is null`,
    'create index loans_of_patient on loans (patient) where to_at is null',
    // From now on missing data is looked at each night.
    'update judgings set next_at = 0 where next_at is null',
  ],
};
