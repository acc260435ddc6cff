import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { Statements } from '../database/columns.js';
import type { Direction } from './limits.js';

/** What rules found. An episode is one cause, from its first value until it clears. */
interface FindingTable {
  /** Follows from patient, rule and what raised it: the same journal gives the same ids. */
  id: string;
  patient: string;
  plan: string;
  rule: string;
  severity: Severity;
  /** `note`: seen only after the fact, hence without a task. */
  kind: 'episode' | 'note';
  code: string;
  direction: Direction;
  limit_value: number;
  /** Null when only a person clears it. */
  clears_at: number | null;
  /** The newest value beyond the limit, and the measurement it is from. */
  value: number;
  measurement: string;
  measured_at: number;
  /** When the cloud had the first of them. */
  raised_at: number;
  count: number;
  /** Null as long as it goes on; a note is over at once. */
  cleared_at: number | null;
}

/** What each rule remembers of each patient. */
interface MemoryTable {
  patient: string;
  rule: string;
  /** JSON. */
  memory: string;
}

/** When each patient last measured something. */
interface LatestTable {
  patient: string;
  measured_at: number;
}

export interface RuleTables {
  findings: FindingTable;
  rule_memories: MemoryTable;
  latest_measurements: LatestTable;
}

export const ruleMigrations: Readonly<Record<string, Statements>> = {
  '006-rules': ({ int64 }) => [
    `create table findings (
      id text primary key,
      patient text not null references patients (ref),
      plan text not null,
      rule text not null,
      severity text not null,
      kind text not null,
      code text not null,
      direction text not null,
      limit_value double precision not null,
      clears_at double precision,
      value double precision not null,
      measurement text not null,
      measured_at ${int64} not null,
      raised_at ${int64} not null,
      count ${int64} not null,
      cleared_at ${int64}
    )`,
    `create unique index one_episode_at_a_time on findings (patient, rule)
      where cleared_at is null`,
    'create index findings_by_patient on findings (patient, raised_at)',
    `create table rule_memories (
      patient text not null references patients (ref),
      rule text not null,
      memory text not null,
      primary key (patient, rule)
    )`,
    `create table latest_measurements (
      patient text primary key,
      measured_at ${int64} not null
    )`,
  ],
};
