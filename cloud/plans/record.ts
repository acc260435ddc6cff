import type { Severity } from '@hemma/protocols/plans/rule.js';

/**
 * What is known of one patient, as a set: findings depend on the set, never on the order in which
 * it came. All instants are milliseconds since 1970 UTC. `at` is the time an entry belongs to,
 * `receivedAt` when the cloud had it; ids are unique over the whole record.
 */
interface Entry {
  readonly id: string;
  readonly at: number;
  readonly receivedAt: number;
}

/** An accepted reading (monitoring plans §3.1 and §3.2); values by measurement id, in its unit. */
export interface PatientReading extends Entry {
  readonly values: Readonly<Record<string, number>>;
  readonly flags: readonly string[];
  /** Catalogue context id to value id, for example `glucose_meal` to `fasting`. */
  readonly context: Readonly<Record<string, string>>;
  /** Null when it was entered by hand. */
  readonly deviceKind: string | null;
}

export interface PatientResponse extends Entry {
  readonly questionnaire: string;
  /** Item id to answer; null or absent when the item was left out. */
  readonly answers: Readonly<Record<string, number | null>>;
  /** Every required item is answered. Only complete responses are judged. */
  readonly complete: boolean;
}

/** A value that comes as such: the score of a licensed instrument, or a value in a dry run. */
export interface StatedValue extends Entry {
  readonly metric: string;
  readonly value: number;
}

/** A message, call or visit by staff. */
export type Contact = Entry;

/** A task without a value that was done, for example a module. */
export interface Completion extends Entry {
  readonly task: string;
  /** Which of its steps, from 1; null where that was not told. */
  readonly step: number | null;
  /** Which of the patient's activities; null where that was not told. */
  readonly activity: string | null;
  readonly minutes: number | null;
}

/** What staff did with a finding of a rule. */
export interface StaffAct extends Entry {
  readonly rule: string;
  readonly act: 'opens' | 'closes';
  /** The finding as they saw it; null where that is not told, as in a dry run. */
  readonly finding: { readonly raisedAt: number; readonly severity: Severity } | null;
}

/** A series that staff ordered, or that a visit or a change of medicine began. */
export interface SeriesStart {
  readonly series: string;
  readonly day: number;
}

/** A zero measurement as it was frozen; what it lacks stays silent. */
export interface StoredBaseline {
  /** The first local day that is compared with it. */
  readonly fromDay: number;
  /** By metric. */
  readonly values: Readonly<Record<string, number>>;
  /** By metric, where one is compared with from another day on than the others. */
  readonly fromDays: Readonly<Record<string, number>>;
}

export interface PatientRecord {
  readonly readings: readonly PatientReading[];
  readonly responses: readonly PatientResponse[];
  readonly stated: readonly StatedValue[];
  readonly contacts: readonly Contact[];
  readonly completions: readonly Completion[];
  readonly staffActs: readonly StaffAct[];
  readonly seriesStarts: readonly SeriesStart[];
  /** The zero measurements (§8) that are stored, oldest first; none until it was taken. */
  readonly baselines: readonly StoredBaseline[];
}

export const emptyRecord: PatientRecord = {
  readings: [],
  responses: [],
  stated: [],
  contacts: [],
  completions: [],
  staffActs: [],
  seriesStarts: [],
  baselines: [],
};
