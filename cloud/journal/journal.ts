import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { ReadingKind } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';

/**
 * The journal: every measurement in the order of its arrival, written once and never changed. What
 * is committed here is what a receipt promises; trends, findings and tasks follow from it.
 */
export interface Journal {
  /**
   * One transaction. Shows the marks of these ledgers to `decide` and stores what it answers; an
   * id that is already there counts as handled and is not stored again. Transactions of all
   * processes run one after another, so positions have no holes and marks never go back.
   * Throws {@link CodedError} `journal_unavailable`; then nothing is stored.
   */
  append(ledgers: readonly LedgerKey[], decide: (marks: readonly Mark[]) => Batch): Promise<void>;

  /** The mark of the newest ledger of each of these gateways, as far as they have one. */
  newestMarks(gateways: readonly string[]): Promise<readonly Mark[]>;

  /** The refused rows after `after`, in order, at most `limit`. */
  refusedAfter(key: LedgerKey, after: number, limit: number): Promise<readonly Refused[]>;

  /** At most `limit` entries after `position`, in order. */
  readFrom(position: number, limit: number): Promise<readonly JournalEntry[]>;

  /** Position of the newest entry; 0 when there is none. */
  head(): Promise<number>;

  /** Calls back after every append of this process; returns the function that ends it. */
  onAppended(listener: () => void): () => void;
}

/** One measurement as the followers get it. */
export interface JournalEntry {
  /** 1, 2, 3 … without holes. */
  readonly position: number;
  readonly gateway: string;
  readonly ledger: string;
  readonly seq: number;
  readonly id: string;
  readonly patient: string;
  readonly kind: ReadingKind;
  /** Milliseconds since 1970 UTC. */
  readonly measuredAt: number;
  readonly receivedAt: number;
  readonly measurement: Measurement;
  /** The measurement exactly as the gateway sent it. */
  readonly text: string;
}

/** A measurement of the journal as those take it who look back at one patient. */
export type PastMeasurement = Pick<
  JournalEntry,
  'id' | 'kind' | 'measuredAt' | 'receivedAt' | 'measurement'
>;

/** A ledger is one outbox file of one gateway. */
export interface LedgerKey {
  readonly gateway: string;
  readonly ledger: string;
}

/** How far a ledger has been handled. */
export interface Mark extends LedgerKey {
  /** 0 for a ledger that was never seen. */
  readonly upTo: number;
  /** Link of row `upTo`; null when it is not known. */
  readonly link: string | null;
  /** The gateway has told that it saw the receipt up to here. */
  readonly handled: number;
  /** The newest refused row; 0 when there is none. */
  readonly lastRefused: number;
}

export interface Refused {
  readonly seq: number;
  readonly code: ErrorCode;
}

export interface NewEntry extends LedgerKey {
  readonly seq: number;
  readonly id: string;
  readonly patient: string;
  readonly kind: ReadingKind;
  readonly measuredAt: number;
  readonly text: string;
}

/** Answers to a questionnaire: stored in the same transaction, and taken up by `forms`. */
export interface NewAnswers extends LedgerKey {
  readonly seq: number;
  readonly id: string;
  readonly patient: string;
  readonly text: string;
}

export interface NewGap extends LedgerKey {
  readonly seq: number;
  readonly code: Extract<ErrorCode, 'row_missing' | 'row_culled'>;
  readonly digest: string | null;
}

export interface NewRefusal extends LedgerKey {
  readonly seq: number;
  readonly code: ErrorCode;
  readonly text: string;
}

/** What one round of ingest stores. */
export interface Batch {
  /** When it was received, milliseconds since 1970 UTC. */
  readonly receivedAt: number;
  readonly entries: readonly NewEntry[];
  /** None unless said. */
  readonly answers?: readonly NewAnswers[];
  readonly gaps: readonly NewGap[];
  readonly refusals: readonly NewRefusal[];
  /** The marks that move. */
  readonly marks: readonly Mark[];
}
