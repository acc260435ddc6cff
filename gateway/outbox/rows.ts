import type { ClockOutcome } from '@hemma/protocols/device.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { CoursePoint } from '../owner/course.js';

/** What the tables of the outbox hold. */

/** A measurement ready to be kept: its identity and the one line that will travel. */
export interface Row {
  readonly id: string;
  readonly text: string;
  /** The device's own record number, where it has one: the next conversation asks from there on. */
  readonly record?: { readonly identity: string; readonly sequence: number };
  /** What it adds to the patient's own course. */
  readonly course?: readonly CoursePoint[];
  /** Why it is not sent: it waits for somebody to say whose it is, or is nobody's of this home. */
  readonly doubt?: Doubt;
}

/** Codes of readings of which it is not sure whose they are. */
export const doubtCodes = [
  'owner_slot_unknown',
  'owner_device_visiting',
  'owner_unlike_course',
  'owner_loan_unsure',
  'owner_not_patient',
  'owner_before_loan',
] as const satisfies readonly ErrorCode[];
export type DoubtCode = (typeof doubtCodes)[number];

export interface Doubt {
  readonly code: DoubtCode;
  /** Milliseconds since 1970 UTC. */
  readonly sinceMs: number;
  /** Until then somebody at home may answer; null: nobody is asked, it stays here. */
  readonly untilMs: number | null;
}

/** A reading that is not sent; `text` is null once its content has been removed. */
export interface DoubtfulRow extends Doubt {
  readonly id: string;
  readonly text: string | null;
}

/** Columns of a row as SQLite gives them: somebody may have changed them by hand. */
export type RawRow = [seq: number, text: unknown, digest: unknown, link: unknown];

/** Content of one row, for the space policy; `octets` is null once it is removed. */
export interface ContentRow {
  readonly seq: number;
  readonly takenMs: number;
  readonly octets: number | null;
}

/** A reading that waits for the time. */
export interface HeldRow {
  readonly ordinal: number;
  readonly text: string;
}

/** A row that the cloud will never store, with its reason: a dead letter. */
export interface Refusal {
  readonly seq: number;
  readonly code: ErrorCode;
}

/** Offset of a device's clock, measured while the time was known. */
export interface DeviceClock {
  readonly offsetMs: number;
  readonly measuredMs: number;
}

/** What is remembered of a device. */
export interface DeviceColumns {
  readonly offsetMs: number | null;
  readonly measuredMs: number | null;
  readonly lastSequence: number | null;
  /** What became of its clock when it was last kept; null: it never was. */
  readonly clockOutcome: ClockOutcome | null;
}

/** Who an outbox file is and how far it has come; the one row of table `ledger`. */
export interface Ledger {
  readonly id: string;
  /** Highest sequence number given out, and the link of that row. */
  last: number;
  lastLink: string;
  /** Up to here the cloud has spoken. In memory it may be ahead of the file: a receipt costs no sync. */
  handled: number;
  /** Rows before this one have no content any more. */
  contentFrom: number;
  /** Highest capture ordinal given out. */
  captures: number;
  /** Latest trusted wall time of a commit: whatever comes later was taken after it. */
  latestWallMs: number;
}

/** How much content (not ids) the file holds, for the space policy. */
export interface Content {
  rows: number;
  octets: number;
}

/** State that one transaction changes; it replaces the state in memory only after the commit. */
export interface Draft {
  readonly ledger: Ledger;
  readonly content: Content;
}
