import { maxPromptOctets, maxPrompts } from '@hemma/protocols/wire/command.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { homeOf, toBeTold } from '../schedules/home.js';

type Db = Kysely<Tables>;
type Trx = Transaction<Tables>;

/** Gateways looked at in one go; their prompts last half an hour, and the next look comes in seconds. */
const maxLooked = 500;

/** What patients are asked, and what follows from it for the gateways that are lent to them. */
export class Prompts {
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(clock: Pick<Clock, 'wall'>) {
    this.#clock = clock;
  }

  /**
   * From now on this patient is asked these things because of this episode of a plan, and nothing
   * else; every gateway that is lent to them gets a new command, in the same transaction.
   */
  async sync(
    trx: Trx,
    { id: episode, patient }: { readonly id: string; readonly patient: string },
    prompts: readonly Prompt[],
  ): Promise<void> {
    const at = this.#clock.wall().ms;
    await trx
      .deleteFrom('prompts')
      .where('patient', '=', patient)
      // What was over before, of episodes that have ended meanwhile, goes as well.
      .where((eb) => eb.or([eb('episode', '=', episode), eb('until_at', '<', at)]))
      .execute();
    if (prompts.length > 0)
      await trx
        .insertInto('prompts')
        .values(
          prompts.map((prompt) => ({
            ...{ id: prompt.id, episode, patient, until_at: prompt.until },
            prompt: JSON.stringify(prompt),
          })),
        )
        .execute();
    await renewHomes(trx, patient, at);
  }

  /** Something else of what the home of a patient is told has changed: messages, who has looked. */
  async homeChanged(trx: Trx, patient: string): Promise<void> {
    await renewHomes(trx, patient, this.#clock.wall().ms);
  }

  /**
   * Brings the commands up to date with loans and episodes that have changed and prompts that are over,
   * whoever changed them: the command line is another process.
   */
  async review(db: Db): Promise<void> {
    const at = this.#clock.wall().ms;
    for (const { gateway, prompts } of await inUse(db, at)) {
      if (prompts === (await wantedFor(db, gateway, at))) continue;
      await db.transaction().execute((trx) => renew(trx, gateway, at));
    }
    for (const gateway of await lentAnew(db))
      await db.transaction().execute((trx) => renew(trx, gateway, at));
  }
}

/** Every gateway that is lent to the patient gets a new command when something of it has changed. */
async function renewHomes(trx: Trx, patient: string, at: number): Promise<void> {
  const loans = await trx
    .selectFrom('loans')
    .select('gateway')
    .where('patient', '=', patient)
    .where('to_at', 'is', null)
    .execute();
  // In one order, so that two transactions never wait for each other.
  const gateways = [...new Set(loans.map((it) => it.gateway))].sort();
  for (const gateway of gateways) await renew(trx, gateway, at);
}

/** What goes with these gateways has changed: each gets a new command, in one order (see `renewHomes`). */
export async function renewGateways(trx: Trx, gateways: readonly string[], at: number) {
  for (const gateway of [...new Set(gateways)].sort()) await renew(trx, gateway, at);
}

/** Gateways whose patients are others than when their command was made. */
async function lentAnew(db: Db): Promise<readonly string[]> {
  const lent = toBeTold(db);
  const told = db.selectFrom('command_homes').select(['gateway', 'patient']);
  const changed = lent.except(told);
  const gone = told.except(lent);
  const rows = await db
    .selectFrom(changed.as('changed'))
    .select('gateway')
    .union(db.selectFrom(gone.as('gone')).select('gateway'))
    .orderBy('gateway')
    .limit(maxLooked)
    .execute();
  return rows.map((it) => it.gateway);
}

/** Gateways that ask for something, or should. */
async function inUse(
  db: Db,
  at: number,
): Promise<readonly { readonly gateway: string; readonly prompts: string | null }[]> {
  const asking = db.selectFrom('commands').select('gateway').where('prompts', '<>', '[]');
  const lent = db
    .selectFrom('prompts')
    .innerJoin('loans', 'loans.patient', 'prompts.patient')
    .select('loans.gateway')
    .where('loans.to_at', 'is', null)
    .where('prompts.until_at', '>=', at);
  return db
    .selectFrom(asking.union(lent).as('used'))
    .leftJoin('commands', 'commands.gateway', 'used.gateway')
    .select(['used.gateway', 'commands.prompts'])
    .orderBy('used.gateway')
    .limit(maxLooked)
    .execute();
}

/** JSON list of what those to whom the gateway is lent are asked; what ends first comes first. */
async function wantedFor(db: Db, gateway: string, at: number): Promise<string> {
  const rows = await db
    .selectFrom('loans')
    .innerJoin('prompts', 'prompts.patient', 'loans.patient')
    .innerJoin('episodes', 'episodes.id', 'prompts.episode')
    .select('prompts.prompt')
    .where('loans.gateway', '=', gateway)
    .where('loans.to_at', 'is', null)
    .where('prompts.until_at', '>=', at)
    .where('episodes.ended_at', 'is', null)
    .orderBy('prompts.until_at')
    .orderBy('prompts.id')
    .limit(maxPrompts)
    .execute();
  return promptList(rows.map((it) => it.prompt));
}

/** JSON list of as many of these prompts, JSON each, as a command has room for; the first come first. */
export function promptList(prompts: readonly string[]): string {
  let room = maxPromptOctets - 1;
  const kept = prompts.slice(0, maxPrompts).filter((it) => {
    room -= Buffer.byteLength(it) + 1;
    return room >= 0;
  });
  return `[${kept.join(',')}]`;
}

/**
 * Writes a new version when something else is wanted than before. A version is at least the time of
 * the clock, so that it grows even when the database was restored from a backup.
 */
async function renew(trx: Trx, gateway: string, at: number): Promise<void> {
  // First of all it takes the lock on the row: what is read after it nobody changes at the same time.
  const { version, prompts, home } = await trx
    .insertInto('commands')
    .values({
      ...{ gateway, version: 0, prompts: '[]', home: '{}', made_at: at },
      ...{ sent_version: 0, sent_at: null, revisions: '[]', marked: '[]', withheld: 0 },
    })
    .onConflict((conflict) =>
      conflict.column('gateway').doUpdateSet((eb) => ({ version: eb.ref('commands.version') })),
    )
    .returning(['version', 'prompts', 'home'])
    .executeTakeFirstOrThrow();
  const wanted = await wantedFor(trx, gateway, at);
  const wantedAtHome = await homeOf(trx, gateway);
  if (wanted === prompts && wantedAtHome.home === home) {
    // Without a word to the home: something else may have had no room before.
    await trx.updateTable('commands').set(wantedAtHome).where('gateway', '=', gateway).execute();
    return;
  }
  const made = { version: Math.max(version + 1, at), made_at: at, marked: '[]' };
  await trx
    .updateTable('commands')
    .set({ ...made, ...wantedAtHome, prompts: wanted })
    .where('gateway', '=', gateway)
    .execute();
}

/**
 * What a gateway that is online says it has applied. Less than what is wanted: the command is sent
 * again. More: the database was restored from a backup, and the version goes on above it. As much, but
 * with other schedules than those that were named by a mark alone: it is sent again with other marks.
 */
export async function noteApplied(db: Db, { gateway, applied, held }: Followed): Promise<void> {
  await db
    .updateTable('commands')
    .set({ sent_version: 0 })
    .where('gateway', '=', gateway)
    .where('version', '>', applied)
    .execute();
  await db
    .updateTable('commands')
    .set({ version: applied + 1, sent_version: 0 })
    .where('gateway', '=', gateway)
    .where('version', '<', applied)
    .execute();
  if (held !== null) await noteHeld(db, { gateway, applied, held });
}

/** What a gateway says that it follows, and the revisions of the schedules that it has. */
export interface Followed {
  readonly gateway: string;
  readonly applied: number;
  /** Null from gateways that do not tell. */
  readonly held: readonly string[] | null;
}

async function noteHeld(db: Db, { gateway, applied, held }: Followed): Promise<void> {
  const row = await db
    .selectFrom('commands')
    .select(['revisions', 'marked'])
    .where('gateway', '=', gateway)
    .where('version', '=', applied)
    .executeTakeFirst();
  if (row === undefined) return;
  const marks = JSON.stringify(marksOf(listIn(row.revisions), held ?? []));
  if (marks === row.marked) return;
  await db
    .updateTable('commands')
    .set({ sent_version: 0 })
    .where('gateway', '=', gateway)
    .where('version', '=', applied)
    .execute();
}

/** Of what is wanted, what the gateway has already. */
export function marksOf(wanted: readonly string[], held: readonly string[]): readonly string[] {
  return wanted.filter((it) => held.includes(it));
}

/** A list of revisions as it was written here. */
export function listIn(text: string | null): readonly string[] {
  return text === null ? [] : (JSON.parse(text) as string[]);
}
