import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Audience } from '@hemma/protocols/api/worklist.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { NotificationKind } from './message.js';
import type { ChannelName } from './tables.js';

type Trx = Transaction<Tables>;

const idOctets = 12;
const newId = (): string => randomBytes(idOctets).toString('hex');

/** What comes within this of the first is told together: a burst is one message. */
export const gatherMs = 60_000;
/** A unit where more are told has a list of its own for that. */
export const maxRecipients = 20;

const addressOf: Readonly<Record<ChannelName, z.ZodType<string>>> = {
  email: z.email().max(254),
  webhook: z.url({ protocol: /^https?$/ }).max(2_000),
  log: z.literal(''),
};

export interface NewRecipient {
  readonly channel: ChannelName;
  readonly address: string;
  /** Whose tasks they are told of; the clinic's when it is left out. */
  readonly audience?: Audience;
}

/** Throws {@link CodedError} `request_invalid` for an address that the channel does not have. */
export function mustBeAddress(channel: ChannelName, address: string): void {
  if (addressOf[channel].safeParse(address).success) return;
  throw new CodedError('request_invalid', `This is no address for ${channel}.`);
}

/** Throws {@link CodedError} `request_invalid` for an address that the channel does not have. */
export async function addRecipient(
  db: Kysely<Tables>,
  unit: string,
  { channel, address, audience = 'clinic' }: NewRecipient,
): Promise<void> {
  mustBeAddress(channel, address);
  const known = await recipientsOf(db, unit);
  if (known.length >= maxRecipients)
    throw new CodedError('request_invalid', `A unit has at most ${maxRecipients} recipients.`);
  await db
    .insertInto('recipients')
    .values({ id: newId(), unit, channel, address, audience })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function recipientsOf(db: Kysely<Tables>, unit: string) {
  return db
    .selectFrom('recipients')
    .selectAll()
    .where('unit', '=', unit)
    .orderBy('channel')
    .orderBy('address')
    .execute();
}

/** A recipient, with how many things wait to be told, and how many were given up. */
export interface Delivery extends Required<NewRecipient> {
  readonly waiting: number;
  readonly givenUp: number;
  /** Why one of them could not be told; null where nothing failed. */
  readonly code: string | null;
}

/** How telling each recipient of a unit goes. */
export async function deliveriesOf(db: Kysely<Tables>, unit: string): Promise<readonly Delivery[]> {
  const rows = await db
    .selectFrom('recipients')
    .leftJoin('notifications', 'notifications.recipient', 'recipients.id')
    .select(['channel', 'address', 'audience'])
    .select((eb) => eb.fn.max('code').as('code'))
    .select((eb) => eb.fn.sum('count').filterWhere('next_at', 'is not', null).as('waiting'))
    .select((eb) => eb.fn.sum('count').filterWhere('next_at', 'is', null).as('givenUp'))
    .where('unit', '=', unit)
    .groupBy(['recipients.id', 'channel', 'address', 'audience'])
    .orderBy('channel')
    .orderBy('address')
    .execute();
  // PostgreSQL gives sums as text; a sum of nothing is null, hence 0.
  return rows.map(({ waiting, givenUp, ...row }) => ({
    ...row,
    waiting: Number(waiting),
    givenUp: Number(givenUp),
  }));
}

/** Nothing more is told to them. */
export async function removeRecipient(
  db: Kysely<Tables>,
  unit: string,
  address: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const found = await recipientsOf(trx, unit);
    const ids = found.filter((it) => it.address === address).map((it) => it.id);
    if (ids.length === 0) throw new CodedError('not_found', 'There is no such recipient.');
    await trx.deleteFrom('notifications').where('recipient', 'in', ids).execute();
    await trx.deleteFrom('recipients').where('id', 'in', ids).execute();
  });
}

/** Something that happened at a unit, and whose business it is: the clinic's when nothing is said. */
export interface Happened {
  readonly unit: string;
  readonly kind: NotificationKind;
  readonly at: number;
  readonly audience?: Audience;
  /** Whom it is of; nobody when it is of the unit or of a device. */
  readonly patient?: string | null;
}

/**
 * Has everybody told who is to be told of a unit, in the transaction of what it is about: it is told
 * if and only if that is committed. A unit without recipients tells nobody. What comes before the
 * message of a kind was first tried is counted in it (index `one_gathering`), what is of test persons
 * by itself: a number never mixes those who need somebody with those who do not.
 */
export async function queue(
  trx: Trx,
  { unit, kind, at, audience = 'clinic', patient = null }: Happened,
): Promise<void> {
  const recipients = (await recipientsOf(trx, unit)).filter((it) => it.audience === audience);
  if (recipients.length === 0) return;
  const test = await isOfTestPerson(trx, patient);
  for (const { id: recipient } of recipients)
    await trx
      .insertInto('notifications')
      .values({
        ...{ id: newId(), recipient, kind, count: 1, test, sealed: 0, queued_at: at, attempts: 0 },
        ...{ next_at: at + gatherMs, code: null },
      })
      .onConflict((conflict) =>
        conflict
          .columns(['recipient', 'kind', 'test'])
          // Written out: a bound value would not name the index.
          .where(sql<boolean>`sealed = 0`)
          .doUpdateSet((eb) => ({ count: eb('notifications.count', '+', 1) })),
      )
      .execute();
}

/** 1 or 0, as the store keeps it. */
async function isOfTestPerson(trx: Trx, patient: string | null): Promise<number> {
  if (patient === null) return 0;
  const row = await trx
    .selectFrom('patients')
    .select('test_person')
    .where('ref', '=', patient)
    .executeTakeFirst();
  return row?.test_person ?? 0;
}
