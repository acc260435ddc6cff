import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';

/** What could not be used, kept for inspection: bounded, and never in a log. */

/** Longer than any row that fits its schema, so only foreign text is cut. */
const maxTextLength = 8_192;
/** Enough to see what kind of rubbish it is. */
const maxSampleLength = 512;

/** An envelope (or status) that is no use as a whole, or a status of which a part was left out. */
export interface Malformed {
  readonly gateway: string;
  readonly code: ErrorCode;
  readonly payload: Uint8Array;
}

/** Text that every store takes and no terminal trips over; PostgreSQL refuses NUL. */
export function inspectable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.slice(0, maxTextLength).replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

/** The same fault of the same gateway, as often as it came: a flood of rubbish is one row. */
export interface CountedMalformed extends Malformed {
  readonly count: number;
}

/** Counts by gateway and code; of each, the newest payload is kept. */
export function countMalformed(malformed: readonly Malformed[]): readonly CountedMalformed[] {
  const counted = new Map<string, CountedMalformed>();
  for (const one of malformed) {
    const key = `${one.gateway} ${one.code}`;
    counted.set(key, { ...one, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()];
}

/** Adds to what was counted before, and keeps the beginning of the newest payload. */
export async function saveMalformed(
  db: Kysely<Tables>,
  malformed: readonly CountedMalformed[],
  at: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const one of malformed) await addCount(trx, one, at);
  });
}

async function addCount(
  db: Kysely<Tables>,
  { gateway, code, count, payload }: CountedMalformed,
  at: number,
): Promise<void> {
  const sample = inspectable(Buffer.from(payload.subarray(0, maxSampleLength)).toString('utf8'));
  await db
    .insertInto('malformed')
    .values({ gateway, code, count, first_at: at, last_at: at, sample })
    .onConflict((conflict) =>
      conflict.columns(['gateway', 'code']).doUpdateSet((eb) => ({
        count: eb('malformed.count', '+', count),
        last_at: at,
        sample,
      })),
    )
    .execute();
}
