import { CodedError } from '@hemma/protocols/errors.js';
import { deviceIdentitySchema } from '@hemma/protocols/wire/measurement.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';

/** Which devices go with which gateway: what is handed over together, and nobody else may claim. */

/**
 * A device belongs to the kit of a gateway from now on, and to no other's any more. Throws
 * {@link CodedError} `request_invalid` for what is no identity, `not_found` for an unknown gateway.
 */
export async function addToKit(
  db: Kysely<Tables>,
  gateway: string,
  identity: string,
  at: number,
): Promise<void> {
  if (!deviceIdentitySchema.safeParse(identity).success)
    throw new CodedError('request_invalid', 'A device is named as in its readings: ble:AA:BB:….');
  const known = await db
    .selectFrom('gateways')
    .select('id')
    .where('id', '=', gateway)
    .executeTakeFirst();
  if (known === undefined) throw new CodedError('not_found', 'There is no such gateway.');
  await db
    .insertInto('kit_devices')
    .values({ identity, gateway, added_at: at })
    .onConflict((conflict) => conflict.column('identity').doUpdateSet({ gateway, added_at: at }))
    .execute();
}

/** The gateway of each of these devices that belongs to a kit, by identity. */
export async function kitsOf(
  db: Kysely<Tables>,
  identities: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (identities.length === 0) return new Map();
  const rows = await db
    .selectFrom('kit_devices')
    .select(['identity', 'gateway'])
    .where('identity', 'in', [...identities])
    .execute();
  return new Map(rows.map(({ identity, gateway }) => [identity, gateway]));
}
