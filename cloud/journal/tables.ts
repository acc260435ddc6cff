import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Statements } from '../database/columns.js';

/** One row per measurement, never changed; `text` is the line exactly as the gateway sent it. */
interface JournalTable {
  /** 1, 2, 3 … without holes, in the order of commits: a follower that read up to n missed nothing. */
  position: number;
  gateway: string;
  ledger: string;
  seq: number;
  /** Measurement id, the 32 octets: the index over random ids is what an append costs. */
  id: Buffer;
  patient: string;
  kind: string;
  /** Milliseconds since 1970 UTC. */
  measured_at: number;
  received_at: number;
  text: string;
}

/** How far each ledger has been handled: the cloud's half of the custody of a reading. */
interface MarkTable {
  gateway: string;
  ledger: string;
  /** Everything up to this sequence number is stored, refused or known to be absent. */
  up_to: number;
  /** Hash link of row `up_to`; null when that row is missing, then the chain starts anew. */
  link: string | null;
  /** The gateway has seen the receipt up to here. */
  handled: number;
  /** Sequence number of the newest refused row; 0 when there is none. */
  last_refused: number;
  at: number;
}

/** Rows that the gateway could not send any more. */
interface GapTable {
  gateway: string;
  ledger: string;
  seq: number;
  code: Extract<ErrorCode, 'row_missing' | 'row_culled'>;
  /** Digest of a culled row's content: what holds the chain together. */
  digest: string | null;
  at: number;
}

/** Rows that were refused, each with its code: the dead letters. */
interface RefusedTable {
  gateway: string;
  ledger: string;
  seq: number;
  code: ErrorCode;
  /** The row for inspection, shortened; null when newer ones have taken its place. */
  text: string | null;
  at: number;
}

/** Answers to questionnaires as they came from homes; `text` is the line exactly as it was sent. */
interface AnswersTable {
  id: string;
  gateway: string;
  ledger: string;
  seq: number;
  patient: string;
  received_at: number;
  text: string;
  /** `new` until it is a care event; else `taken`, or the code for which it never becomes one. */
  became: string;
}

export interface JournalTables {
  answers: AnswersTable;
  journal: JournalTable;
  marks: MarkTable;
  gaps: GapTable;
  refused: RefusedTable;
}

export const journalMigrations: Readonly<Record<string, Statements>> = {
  '001-journal': ({ int64, octets }) => [
    `create table journal (
      position ${int64} primary key,
      gateway text not null,
      ledger text not null,
      seq ${int64} not null,
      id ${octets} not null unique,
      patient text not null,
      kind text not null,
      measured_at ${int64} not null,
      received_at ${int64} not null,
      text text not null,
      unique (gateway, ledger, seq)
    )`,
    `create table marks (
      gateway text not null,
      ledger text not null,
      up_to ${int64} not null,
      link text,
      handled ${int64} not null,
      last_refused ${int64} not null,
      at ${int64} not null,
      primary key (gateway, ledger)
    )`,
    `create table gaps (
      gateway text not null,
      ledger text not null,
      seq ${int64} not null,
      code text not null,
      digest text,
      at ${int64} not null,
      primary key (gateway, ledger, seq)
    )`,
    `create table refused (
      gateway text not null,
      ledger text not null,
      seq ${int64} not null,
      code text not null,
      text text,
      at ${int64} not null,
      primary key (gateway, ledger, seq)
    )`,
    'create index refused_by_time on refused (at)',
    'create index refused_with_text on refused (gateway, ledger, seq) where text is not null',
  ],
  '055-answers': ({ int64 }) => [
    `create table answers (
      id text primary key,
      gateway text not null,
      ledger text not null,
      seq ${int64} not null,
      patient text not null,
      received_at ${int64} not null,
      text text not null,
      became text not null
    )`,
    "create index answers_to_take on answers (received_at) where became = 'new'",
  ],
};
