import { randomBytes } from 'node:crypto';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import { mustBeAddress } from '../notify/notifications.js';
import type { ChannelName } from '../notify/tables.js';

/** Where a patient wants to be told something: beside the name, and nowhere else. */
export interface Address {
  readonly id: string;
  readonly channel: ChannelName;
  readonly address: string;
}

/** A phone, a mail box and one more. */
export const maxAddresses = 3;

const idOctets = 12;

/** Adding it again changes nothing. Throws {@link CodedError} `request_invalid`. */
export async function addAddress(
  db: Kysely<Tables>,
  patient: string,
  { channel, address }: Omit<Address, 'id'>,
  at: number,
): Promise<void> {
  mustBeAddress(channel, address);
  const known = await addressesOf(db, patient);
  if (known.some((it) => it.channel === channel && it.address === address)) return;
  if (known.length >= maxAddresses)
    throw new CodedError('request_invalid', `A patient has at most ${maxAddresses} addresses.`);
  const id = randomBytes(idOctets).toString('hex');
  await db
    .insertInto('patient_addresses')
    .values({ id, patient, channel, address, created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Nothing more is told there, and what waited for it is gone. Throws {@link CodedError} `not_found`. */
export async function removeAddress(
  db: Kysely<Tables>,
  patient: string,
  address: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const found = (await addressesOf(trx, patient)).filter((it) => it.address === address);
    const ids = found.map((it) => it.id);
    if (ids.length === 0) throw new CodedError('not_found', 'There is no such address.');
    await trx.deleteFrom('patient_notices').where('address', 'in', ids).execute();
    await trx.deleteFrom('patient_addresses').where('id', 'in', ids).execute();
  });
}

export async function addressesOf(
  db: Kysely<Tables>,
  patient: string,
): Promise<readonly Address[]> {
  return db
    .selectFrom('patient_addresses')
    .select(['id', 'channel', 'address'])
    .where('patient', '=', patient)
    .orderBy('channel')
    .orderBy('address')
    .execute();
}
