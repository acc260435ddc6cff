import type { Severity } from '@hemma/protocols/plans/rule.js';
import type { EndReason } from '../episodes/tables.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { OccasionState } from '@hemma/protocols/plans/occasions.js';

/**
 * What effect measures are computed from, and nothing else. Instants are milliseconds since 1970
 * UTC, days are those of `calendar`. An input that is null is not recorded here: the measures that
 * need it say so instead of counting nothing. Order never matters.
 */
export interface EffectLog extends EffectInputs {
  /** The log is complete up to here; what goes on is counted until here. */
  readonly until: number;
  readonly calendar: Calendar;
  /** Staffed minutes of a unit between two instants; null without known hours. */
  readonly workingMinutes: (unit: string, from: number, to: number) => number | null;
  readonly episodes: readonly EpisodeEntry[];
  /** Versions of plans that some of the episodes follow and nobody here knows; none when left out. */
  readonly unknownVersions?: readonly UnknownVersion[];
}

export interface UnknownVersion {
  readonly plan: string;
  readonly version: string;
  readonly episodes: number;
}

export interface EffectInputs {
  readonly occasions: readonly OccasionEntry[] | null;
  /** Zero measurements, frozen (monitoring plans §8). */
  readonly baselines: readonly ScoreEntry[] | null;
  readonly scores: readonly ScoreEntry[] | null;
  readonly responses: readonly ResponseEntry[] | null;
  readonly tasks: readonly TaskEntry[] | null;
  readonly heartbeats: readonly Heartbeat[] | null;
  readonly contacts: readonly ContactEntry[] | null;
  readonly downtimes: readonly Downtime[] | null;
  readonly inpatient: Inpatient | null;
  readonly people: readonly PersonEntry[] | null;
  readonly reports: readonly ReportingEntry[] | null;
  readonly resources: readonly ResourceEntry[] | null;
}

export interface EpisodeEntry {
  readonly id: string;
  readonly patient: string;
  readonly plan: string;
  readonly unit: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  /** When it was prescribed; the start when that is not known apart. */
  readonly prescribedAt: number;
  /** The first value of the episode; null while there is none. */
  readonly firstValueAt: number | null;
}

/** One occasion of a measurement task that is not optional. */
export interface OccasionEntry {
  readonly episode: string;
  readonly task: string;
  readonly day: number;
  readonly state: OccasionState;
  /** Accepted readings, and how many the task asks for. */
  readonly readings: number;
  readonly required: number;
  /** Days between the occasion and the entry of what was filled in after; null for the rest. */
  readonly daysLate: number | null;
  /** `lateEntry.backfillDays` of the task. */
  readonly backfillDays: number;
}

export interface ScoreEntry {
  readonly episode: string;
  readonly metric: string;
  readonly value: number;
  readonly at: number;
}

export interface ResponseEntry {
  readonly episode: string;
  readonly questionnaire: string;
  readonly answers: Readonly<Record<string, number | null>>;
  readonly at: number;
  /** Who answered: the patient, or a member of staff. */
  readonly by: string;
}

/** A task of the clinic that a rule opened. */
export interface TaskEntry {
  readonly episode: string;
  readonly severity: Severity;
  readonly openedAt: number;
  /** Acknowledged; null while nobody has seen it. */
  readonly seenAt: number | null;
  /** When it was over; null while it is open. */
  readonly closedAt: number | null;
  /** Promised by the plan; null where nothing is promised. */
  readonly dueAt: number | null;
}

/** A sign of life of somebody who works in a patient view. */
export interface Heartbeat {
  readonly staff: string;
  readonly patient: string;
  readonly at: number;
}

export interface ContactEntry {
  readonly episode: string;
  readonly at: number;
  readonly channel: 'message' | 'phone' | 'visit' | 'video';
  readonly minutes: number;
  readonly replacesVisit: boolean;
}

/** A time in which values could not come for a technical cause. */
export interface Downtime {
  readonly patient: string;
  /** Null when it is not told apart: the home of the patient. */
  readonly gateway: string | null;
  /** Null when it is of the gateway and all its devices. */
  readonly device: string | null;
  /** `device-battery`, `bond-lost`, `gateway-offline` … */
  readonly cause: string;
  readonly from: number;
  /** Null while it goes on. */
  readonly until: number | null;
}

/** Inpatient days as imported. Days outside what the import covers are unknown, not zero. */
export interface Inpatient {
  readonly coversFrom: number;
  readonly coversTo: number;
  readonly stays: readonly InpatientStay[];
}

export interface InpatientStay {
  readonly patient: string;
  /** Day of admission. */
  readonly fromDay: number;
  /** Day of discharge; null while the patient is still in hospital. */
  readonly toDay: number | null;
  /** ICD-10-SE, upper case without the dot: `I500`. */
  readonly mainDiagnosis: string;
}

export interface PersonEntry {
  readonly patient: string;
  readonly birthYear: number | null;
  readonly sex: 'female' | 'male' | null;
  readonly municipality: string | null;
}

/** One value that a patient reported, from the reminder to the store. */
export interface ReportingEntry {
  readonly episode: string;
  readonly openedAt: number;
  readonly storedAt: number;
  readonly taps: number;
  /** The device was known already: no full log-in. */
  readonly returning: boolean;
}

/** What the controller enters: how much of something was used, and what one costs. */
export interface ResourceEntry {
  readonly unit: string;
  readonly at: number;
  readonly kind: ResourceKind;
  readonly quantity: number;
  /** SEK for one; null while it is not entered. */
  readonly unitCost: number | null;
}

export const resourceKinds = ['device', 'licence', 'minute', 'visit', 'inpatient-day'] as const;
export type ResourceKind = (typeof resourceKinds)[number];
