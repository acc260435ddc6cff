import {
  maxKitDevices,
  maxLentTo,
  maxMessageOctets,
  maxMessageText,
  maxMessages,
  maxSeen,
} from '@hemma/protocols/wire/command.js';
import type { Command, HomeMessage, Loan } from '@hemma/protocols/wire/command.js';
import { maxSchedules } from '@hemma/protocols/wire/schedule.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { fitted } from './room.js';
import type { Fitted } from './room.js';

type Trx = Transaction<Tables>;

/** What a command says of a home beside its prompts. */
export type HomeParts = Pick<Command, 'schedules' | 'messages' | 'seen' | 'loan'>;

/** What is wanted of a gateway beside prompts, as the table of commands has it. */
export interface WantedAtHome {
  /** JSON, {@link HomeParts}. */
  readonly home: string;
  readonly revisions: string;
  readonly withheld: number;
}

/**
 * All that is wanted of a gateway beside prompts; `{}` as long as nothing is. Writes down for whom it
 * was made, so that a loan that changes is noticed.
 */
export async function homeOf(trx: Trx, gateway: string): Promise<WantedAtHome> {
  const told = await toBeTold(trx).where('gateway', '=', gateway).execute();
  const patients = told.map((it) => it.patient).sort();
  const loan = await loanOf(trx, gateway);
  await trx.deleteFrom('command_homes').where('gateway', '=', gateway).execute();
  if (patients.length > 0)
    await trx
      .insertInto('command_homes')
      .values(patients.map((patient) => ({ gateway, patient })))
      .execute();
  if (patients.length === 0) {
    const home = loan === null ? '{}' : JSON.stringify({ loan });
    return { home, revisions: '[]', withheld: 0 };
  }
  const { entries, revisions, withheld } = await schedulesOf(trx, patients);
  const parts = [
    `"schedules":[${entries.join(',')}]`,
    `"messages":${JSON.stringify(withinRoom(await messagesOf(trx, patients)))}`,
    `"seen":${JSON.stringify(await seenOf(trx, gateway, patients))}`,
    ...(loan === null ? [] : [`"loan":${JSON.stringify(loan)}`]),
  ];
  return {
    home: `{${parts.join(',')}}`,
    revisions: JSON.stringify(revisions),
    withheld: withheld.length,
  };
}

/** Gateways with the patients whom there is something to tell of: a schedule, or a loan after another. */
export function toBeTold(db: Kysely<Tables>) {
  return db
    .selectFrom('loans')
    .select(['gateway', 'patient'])
    .distinct()
    .where('to_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('from_at', '>', 0),
        eb.exists(
          eb
            .selectFrom('schedules')
            .select('schedules.patient')
            .whereRef('schedules.patient', '=', 'loans.patient'),
        ),
      ]),
    );
}

/** Null where nobody had the gateway before and no device is known to go with it. */
async function loanOf(trx: Trx, gateway: string): Promise<Loan | null> {
  const lent = await trx
    .selectFrom('loans')
    .select(['patient', 'from_at'])
    .where('gateway', '=', gateway)
    .where('to_at', 'is', null)
    .orderBy('from_at', 'desc')
    .orderBy('patient')
    .limit(maxLentTo)
    .execute();
  const kit = await trx
    .selectFrom('kit_devices')
    .select(['identity', 'added_at'])
    .where('gateway', '=', gateway)
    .orderBy('identity')
    .limit(maxKitDevices)
    .execute();
  const isFirst = lent.every((it) => it.from_at === 0);
  if (isFirst && kit.length === 0) return null;
  return {
    patients: lent.map(({ patient, from_at: fromMs }) => ({ patient, fromMs })),
    devices: kit.map(({ identity, added_at: fromMs }) => ({ identity, fromMs })),
  };
}

/** Of those who live in one home, oldest episodes first: what is beyond the list has no room either. */
async function schedulesOf(trx: Trx, patients: readonly string[]): Promise<Fitted> {
  const rows = await trx
    .selectFrom('schedules')
    .innerJoin('episodes', 'episodes.id', 'schedules.episode')
    .select(['schedules.schedule', 'schedules.patient', 'schedules.revision', 'readable'])
    .select('episodes.plan')
    .where('schedules.patient', 'in', patients)
    .where('episodes.ended_at', 'is', null)
    .orderBy('episodes.started_at')
    .orderBy('schedules.episode')
    .limit(maxSchedules + 1)
    .execute();
  const wanted = rows.map(({ patient, plan, revision, schedule: text, readable }) => ({
    ...{ patient, plan, revision, text, isReadable: readable === 1 },
  }));
  const { entries, revisions, withheld } = fitted(wanted.slice(0, maxSchedules));
  const beyond = wanted.slice(maxSchedules).map((it) => it.revision);
  return { entries, revisions, withheld: [...withheld, ...beyond] };
}

/**
 * What staff and patients wrote to each other, newest first; a text that is longer than a home takes ends
 * in a mark of omission. Whoever writes one calls `Prompts.homeChanged` in the same transaction.
 */
async function messagesOf(trx: Trx, patients: readonly string[]): Promise<readonly HomeMessage[]> {
  const rows = await trx
    .selectFrom('messages')
    .select(['patient', 'number', 'side', 'at', 'text'])
    .where('patient', 'in', patients)
    .orderBy('at', 'desc')
    .orderBy('number', 'desc')
    .limit(maxMessages)
    .execute();
  return rows.map(({ patient, number, side, at, text }) => ({
    ...{ id: `${patient}-${number}`, patient, at },
    sender: side === 'staff' ? 'care' : 'patient',
    text: text.length <= maxMessageText ? text : `${text.slice(0, maxMessageText - 1)}…`,
  }));
}

/** As many of the newest as a command has room for. */
export function withinRoom(messages: readonly HomeMessage[]): readonly HomeMessage[] {
  let room = maxMessageOctets;
  const kept: HomeMessage[] = [];
  for (const message of messages.slice(0, maxMessages)) {
    room -= Buffer.byteLength(JSON.stringify(message)) + 1;
    if (room < 0) break;
    kept.push(message);
  }
  return kept;
}

async function seenOf(
  trx: Trx,
  gateway: string,
  patients: readonly string[],
): Promise<HomeParts['seen']> {
  const rows = await trx
    .selectFrom('seen')
    .select(['patient', 'ledger', 'up_to'])
    .where('gateway', '=', gateway)
    .where('patient', 'in', patients)
    .orderBy('patient')
    .orderBy('ledger')
    .limit(maxSeen)
    .execute();
  return rows.map(({ patient, ledger, up_to: upTo }) => ({ patient, ledger, upTo }));
}

/**
 * Somebody in care looks at the values of a patient now: all that has come of the homes that are lent to
 * them is seen. Tells whether that is more than before.
 */
export async function noteSeen(trx: Trx, patient: string): Promise<boolean> {
  const marks = await trx
    .selectFrom('loans')
    .innerJoin('marks', 'marks.gateway', 'loans.gateway')
    .leftJoin('seen', (join) =>
      join
        .onRef('seen.gateway', '=', 'marks.gateway')
        .onRef('seen.ledger', '=', 'marks.ledger')
        .onRef('seen.patient', '=', 'loans.patient'),
    )
    .select(['marks.gateway', 'marks.ledger', 'marks.up_to', 'seen.up_to as before'])
    .where('loans.patient', '=', patient)
    .where('loans.to_at', 'is', null)
    .execute();
  const fresh = marks.filter((it) => it.up_to > (it.before ?? 0));
  for (const { gateway, ledger, up_to } of fresh)
    await trx
      .insertInto('seen')
      .values({ patient, gateway, ledger, up_to })
      .onConflict((conflict) =>
        conflict.columns(['patient', 'gateway', 'ledger']).doUpdateSet({ up_to }),
      )
      .execute();
  return fresh.length > 0;
}
