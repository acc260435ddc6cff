import {
  maxMessageOctets,
  maxMessageText,
  maxMessages,
  maxSeen,
} from '@hemma/protocols/wire/command.js';
import type { Command, HomeMessage } from '@hemma/protocols/wire/command.js';
import { maxSchedules } from '@hemma/protocols/wire/schedule.js';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { fitted } from './room.js';
import type { Fitted } from './room.js';

type Trx = Transaction<Tables>;

/** What a command says of a home beside its prompts. */
export type HomeParts = Pick<Command, 'schedules' | 'messages' | 'seen'>;

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
  const loans = await trx
    .selectFrom('loans')
    .innerJoin('schedules', 'schedules.patient', 'loans.patient')
    .select('loans.patient')
    .distinct()
    .where('loans.gateway', '=', gateway)
    .where('loans.to_at', 'is', null)
    .orderBy('loans.patient')
    .execute();
  const patients = loans.map((it) => it.patient);
  await trx.deleteFrom('command_homes').where('gateway', '=', gateway).execute();
  if (patients.length === 0) return { home: '{}', revisions: '[]', withheld: 0 };
  await trx
    .insertInto('command_homes')
    .values(patients.map((patient) => ({ gateway, patient })))
    .execute();
  const { entries, revisions, withheld } = await schedulesOf(trx, patients);
  const parts = [
    `"schedules":[${entries.join(',')}]`,
    `"messages":${JSON.stringify(withinRoom(await messagesOf(trx, patients)))}`,
    `"seen":${JSON.stringify(await seenOf(trx, gateway, patients))}`,
  ];
  return {
    home: `{${parts.join(',')}}`,
    revisions: JSON.stringify(revisions),
    withheld: withheld.length,
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
