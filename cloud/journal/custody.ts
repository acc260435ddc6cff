import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';

/** What did not become an entry of the journal, for people who look after it. */

/** A run of neighbouring rows that are missing or culled. */
export interface Gap {
  readonly ledger: string;
  readonly first: number;
  readonly last: number;
  readonly code: ErrorCode;
  /** When the cloud was told of the first of them. */
  readonly at: number;
}

export interface RefusedRow {
  readonly gateway: string;
  readonly ledger: string;
  readonly seq: number;
  readonly code: ErrorCode;
  readonly at: number;
  /** Null when newer ones have taken its place. */
  readonly text: string | null;
}

export interface MalformedCount {
  readonly gateway: string;
  readonly code: ErrorCode;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly sample: string;
}

/** Rows looked at for one list of gaps; a gateway that lost more has one cause, not many. */
const maxGapRows = 100_000;

/** The gaps of a gateway, oldest ledger and lowest number first. */
export async function listGaps(db: Kysely<Tables>, gateway: string): Promise<readonly Gap[]> {
  const rows = await db
    .selectFrom('gaps')
    .select(['ledger', 'seq', 'code', 'at'])
    .where('gateway', '=', gateway)
    .orderBy('ledger')
    .orderBy('seq')
    .limit(maxGapRows)
    .execute();
  const gaps: Gap[] = [];
  for (const { ledger, seq, code, at } of rows) {
    const before = gaps.at(-1);
    if (before?.ledger === ledger && before.code === code && before.last === seq - 1)
      gaps[gaps.length - 1] = { ...before, last: seq };
    else gaps.push({ ledger, first: seq, last: seq, code, at });
  }
  return gaps;
}

/** The newest refused rows, at most `limit`. */
export async function listRefused(
  db: Kysely<Tables>,
  limit: number,
  gateway: string | null = null,
): Promise<readonly RefusedRow[]> {
  return db
    .selectFrom('refused')
    .select(['gateway', 'ledger', 'seq', 'code', 'at', 'text'])
    .$if(gateway !== null, (query) => query.where('gateway', '=', gateway))
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
}

/** Envelopes that were no use as a whole, counted by gateway and code, newest first. */
export async function listMalformed(
  db: Kysely<Tables>,
  limit: number,
): Promise<readonly MalformedCount[]> {
  const rows = await db
    .selectFrom('malformed')
    .selectAll()
    .orderBy('last_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ first_at: firstAt, last_at: lastAt, ...row }) => ({
    ...row,
    firstAt,
    lastAt,
  }));
}
