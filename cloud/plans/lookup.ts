import type { Decimal } from './decimal.js';
import type { Completion, PatientResponse } from './record.js';
import type { SeriesRun } from './series.js';

/** A point of event time. `seq` orders what belongs to the same instant; ticks come first (−1). */
export interface Moment {
  readonly at: number;
  /** Local calendar day. */
  readonly day: number;
  readonly seq: number;
}

export function inOrder(a: Moment, b: Moment): number {
  return a.at - b.at || a.seq - b.seq;
}

export function isSame(a: Moment, b: Moment): boolean {
  return a.at === b.at && a.seq === b.seq;
}

export function later<M extends Moment>(a: M, b: M): M {
  return inOrder(a, b) < 0 ? b : a;
}

/** One value of a metric, rounded as it is shown, at the moment of the last entry it is made of. */
export interface Sample extends Moment {
  readonly metric: string;
  readonly value: Decimal;
  /** When the cloud had everything that this value is made of. */
  readonly knownAt: number;
  /** The entries of the record that it is made of. */
  readonly ids: readonly string[];
}

/** A reading as a sample, with what `combine`, series and derived metrics look at. */
export interface ReadingSample extends Sample {
  /** Minutes after local midnight. */
  readonly minute: number;
  readonly deviceKind: string | null;
  readonly flags: readonly string[];
  readonly context: Readonly<Record<string, string>>;
}

export type DatedResponse = PatientResponse & Moment;

export type CompletionSample = Sample & Pick<Completion, 'step' | 'activity' | 'minutes'>;

export interface Baseline {
  readonly value: Decimal;
  /** The first local day on which it exists. */
  readonly fromDay: number;
}

/** What a derived metric is computed from: everything known of one patient under one plan. */
export interface Lookup {
  /** Decimals with which a metric is shown. */
  decimals(metric: string): number;
  readings(metric: string): readonly ReadingSample[];
  /** One value a day, by the `combine` of the task. */
  daily(metric: string): readonly Sample[];
  scores(metric: string): readonly Sample[];
  /** A score that is not a measurement of its own, by questionnaire and scoring id. */
  questionnaireScores(questionnaire: string, scoring: string): readonly Sample[];
  /** Complete responses. */
  responses(questionnaire: string): readonly DatedResponse[];
  completions(task: string): readonly CompletionSample[];
  /** Runs of the series that this measurement is a member of. */
  runs(member: string): readonly SeriesRun[];
  /** The patient's parameter as a number; null when it is not set. */
  parameter(id: string): Decimal | null;
  /** The zero measurement that a day is compared with; null when there is none. */
  baseline(metric: string, day: number): Baseline | null;
}
