import { randomBytes } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { PatientNoticeKind } from '../notify/message.js';
import { addressesOf } from '../people/addresses.js';

interface Notice {
  readonly kind: PatientNoticeKind;
  /** The minute that it is of. */
  readonly at: number;
  readonly now: number;
}

const idOctets = 12;

/**
 * Has a patient told at each of their addresses, if and only if the transaction is committed; the same
 * minute is told once (index `one_notice`).
 */
export async function tellPatient(
  trx: Transaction<Tables>,
  patient: string,
  { kind, at, now }: Notice,
): Promise<void> {
  for (const { id: address } of await addressesOf(trx, patient))
    await trx
      .insertInto('patient_notices')
      .values({
        ...{ id: randomBytes(idOctets).toString('hex'), address, kind, at },
        ...{ attempts: 0, next_at: now, code: null },
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}
