import type { endReasons } from '@hemma/protocols/api/prescribing.js';
import type { MonitoringKind } from '@hemma/protocols/plans/plan.js';
import type { Statements } from '../database/columns.js';

/** What a patient follows values for: one run of a plan, from its start to its end. */
interface EpisodeTable {
  /** `e-…`, random. */
  id: string;
  patient: string;
  plan: string;
  /** The version it runs on until staff move it. */
  plan_version: string;
  kind: MonitoringKind;
  /** JSON object: parameter id of the plan → value set for this patient. */
  parameters: string;
  /** The unit that answers; null only for what a patient follows alone. */
  unit: string | null;
  /** Milliseconds since 1970 UTC, as all times here; its local day is day 0 of the plan. */
  started_at: number;
  /** Null while it goes on. */
  ended_at: number | null;
  end_reason: EndReason | null;
  /** The version and the settings (JSON) that it began with; later ones are events. */
  first_version: string | null;
  first_parameters: string | null;
}

export type EndReason = (typeof endReasons)[number];

export interface EpisodeTables {
  episodes: EpisodeTable;
}

export const episodeMigrations: Readonly<Record<string, Statements>> = {
  '010-episodes': ({ int64 }) => [
    `create table episodes (
      id text primary key,
      patient text not null references patients (ref),
      plan text not null,
      plan_version text not null,
      kind text not null,
      parameters text not null,
      unit text references units (id),
      started_at ${int64} not null,
      ended_at ${int64},
      end_reason text
    )`,
    `create unique index one_run_of_a_plan on episodes (patient, plan) where ended_at is null`,
    'create index episodes_by_patient on episodes (patient, started_at)',
    // Until now a patient had one plan from the day of enrolment on, in its first version.
    `insert into episodes
      select 'e-' || substr(ref, 3), ref, plan, '0.1.0', 'prescribed', parameters, null, created_at,
        null, null
      from patients where plan is not null`,
    'alter table patients drop column plan',
    'alter table patients drop column parameters',
    'alter table findings add column episode text',
    `update findings set episode = (select id from episodes
      where episodes.patient = findings.patient and episodes.plan = findings.plan)`,
    // The word belongs to a run of a plan from now on.
    `update findings set kind = 'raised' where kind = 'episode'`,
    'drop index one_episode_at_a_time',
    `create unique index one_finding_at_a_time on findings (episode, rule)
      where cleared_at is null`,
    'create index findings_by_episode on findings (episode, began_at)',
    'drop index judgings_due',
    'alter table judgings rename to judgings_by_patient',
    `create table judgings (
      episode text primary key references episodes (id),
      patient text not null references patients (ref),
      judged_until ${int64} not null,
      next_at ${int64},
      news_from ${int64}
    )`,
    `insert into judgings
      select episodes.id, episodes.patient, judged_until, next_at, null
      from judgings_by_patient join episodes on episodes.patient = judgings_by_patient.patient`,
    'drop table judgings_by_patient',
    'create index judgings_due on judgings (next_at) where next_at is not null',
    'create index judgings_of_patient on judgings (patient)',
  ],
};
