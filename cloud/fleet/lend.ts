import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';

interface Lent {
  readonly gateway: string;
  readonly patient: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

/**
 * A gateway is lent to this patient and to nobody else from now on; one who has it keeps it, as of when
 * they got it. Throws {@link CodedError} `not_found` for an unknown patient or gateway.
 */
export async function lendIn(trx: Transaction<Tables>, { gateway, patient, at }: Lent) {
  await mustKnowPatient(trx, patient);
  await mustKnowGateway(trx, gateway);
  const lent = await trx
    .selectFrom('loans')
    .select('patient')
    .where('gateway', '=', gateway)
    .where('to_at', 'is', null)
    .execute();
  if (lent.length === 1 && lent[0]?.patient === patient) return;
  await trx
    .updateTable('loans')
    .set({ to_at: at })
    .where('gateway', '=', gateway)
    .where('to_at', 'is', null)
    .execute();
  await trx.insertInto('loans').values({ gateway, patient, from_at: at }).execute();
}

/** Throws {@link CodedError} `not_found`. */
export async function mustKnowPatient(db: Kysely<Tables>, patient: string): Promise<void> {
  const known = await db
    .selectFrom('patients')
    .select('ref')
    .where('ref', '=', patient)
    .executeTakeFirst();
  if (known === undefined) throw new CodedError('not_found', 'There is no such patient.');
}

/** Throws {@link CodedError} `not_found`. */
export async function mustKnowGateway(db: Kysely<Tables>, gateway: string): Promise<void> {
  const known = await db
    .selectFrom('gateways')
    .select('id')
    .where('id', '=', gateway)
    .executeTakeFirst();
  if (known === undefined) throw new CodedError('not_found', 'There is no such gateway.');
}
