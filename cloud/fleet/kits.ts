import { CodedError } from '@hemma/protocols/errors.js';
import { maxKitDevices } from '@hemma/protocols/wire/command.js';
import { deviceIdentitySchema } from '@hemma/protocols/wire/measurement.js';
import type { Kysely, Transaction } from 'kysely';
import { renewGateways } from '../commands/wanted.js';
import type { Tables } from '../database/schema.js';
import { lendIn, mustKnowGateway } from './lend.js';

/** Which devices go with which gateway: what is handed over together, and nobody else may claim. */

/** A kit as it is handed over. */
export interface HandOver {
  readonly gateway: string;
  readonly patient: string;
  /** As in its readings; those that went with the gateway already stay with it. */
  readonly devices: readonly string[];
}

/**
 * Hands a gateway out to a patient with devices that go with it from now on, all or nothing: the home is
 * told from when on what is measured is the patient's. Throws {@link CodedError} as `Fleet.lend` and
 * {@link addToKit} do.
 */
export async function handOut(
  db: Kysely<Tables>,
  { gateway, patient, devices }: HandOver,
  at: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lendIn(trx, { gateway, patient, at });
    for (const identity of devices) await addIn(trx, { gateway, identity, at });
  });
}

/**
 * A device belongs to the kit of a gateway from now on, and to no other's any more. Throws
 * {@link CodedError} `request_invalid` for what is no identity or a kit that is full, `not_found` for an
 * unknown gateway.
 */
export async function addToKit(
  db: Kysely<Tables>,
  gateway: string,
  identity: string,
  at: number,
): Promise<void> {
  await db.transaction().execute((trx) => addIn(trx, { gateway, identity, at }));
}

interface Added {
  readonly gateway: string;
  readonly identity: string;
  readonly at: number;
}

async function addIn(trx: Transaction<Tables>, { gateway, identity, at }: Added): Promise<void> {
  if (!deviceIdentitySchema.safeParse(identity).success)
    throw new CodedError('request_invalid', 'A device is named as in its readings: ble:AA:BB:….');
  await mustKnowGateway(trx, gateway);
  const before = await kitsOf(trx, [identity]);
  const kit = await trx
    .selectFrom('kit_devices')
    .select('identity')
    .where('gateway', '=', gateway)
    .where('identity', '<>', identity)
    .limit(maxKitDevices)
    .execute();
  if (kit.length >= maxKitDevices)
    throw new CodedError('request_invalid', `A kit has at most ${maxKitDevices} devices.`);
  await trx
    .insertInto('kit_devices')
    .values({ identity, gateway, added_at: at })
    .onConflict((conflict) => conflict.column('identity').doUpdateSet({ gateway, added_at: at }))
    .execute();
  await renewGateways(trx, [gateway, ...before.values()], at);
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
