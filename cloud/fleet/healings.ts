import type { Healing, HealingReport } from '@hemma/protocols/wire/healing.js';
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../database/schema.js';
import { mustKnowGateway } from './lend.js';

/** What gateways did for their radios, as they told it in their statuses. */

/**
 * Healings kept for each gateway; older ones are forgotten. A radio that needs one every week has a
 * year here; one that needs more is replaced long before anybody reads so far back.
 */
export const maxHealingsKept = 50;

/** A gateway keeps what it could not send for 90 days; what it dates before is a wrong clock. */
const maxSinceMs = 90 * 86_400_000;

/** The last step, without the healings, which have a table of their own. */
export type LastStep = Omit<HealingReport, 'healings'>;

export interface KeptHealing extends Omit<Healing, 'since'> {
  /** From when the radio was ill, milliseconds since 1970 UTC. */
  readonly sinceAt: number;
}

interface Told {
  readonly gateway: string;
  /** Newest first. */
  readonly healings: readonly Healing[];
  readonly at: number;
}

/**
 * Keeps what a status told; the same healing told again is the same row, and costs no write. One that goes
 * on is the newest: how an older one ended that was not told to its end, nobody knows. Call it in a
 * transaction.
 */
export async function saveHealings(db: Kysely<Tables>, told: Told): Promise<void> {
  const { gateway, healings, at } = told;
  const known = await toldBefore(db, told);
  // Of one that a status tells twice the newer word counts.
  const each = new Map(healings.toReversed().map((it) => [it.id, it]));
  for (const healing of each.values()) {
    const before = known.get(healing.id);
    if (before === undefined) await begin(db, gateway, { healing, at });
    else if (isNews(healing, before)) await goOn(db, gateway, { healing, before, at });
  }
  await db
    .updateTable('healings')
    .set({ outcome: 'unproven', told_at: at })
    .where('gateway', '=', gateway)
    .where('outcome', 'in', ['ill', 'unhealed'])
    .where('id', '!=', healings[0]?.id ?? '')
    .execute();
}

type Before = Pick<Selectable<Tables['healings']>, 'highest' | 'steps' | 'outcome' | 'recovery_ms'>;

async function toldBefore(
  db: Kysely<Tables>,
  { gateway, healings }: Told,
): Promise<ReadonlyMap<string, Before>> {
  if (healings.length === 0) return new Map();
  const rows = await db
    .selectFrom('healings')
    .select(['id', 'highest', 'steps', 'outcome', 'recovery_ms'])
    .where('gateway', '=', gateway)
    .where(
      'id',
      'in',
      healings.map((it) => it.id),
    )
    .execute();
  return new Map(rows.map((it) => [it.id, it]));
}

function isNews({ highest, steps, outcome, recoveryMs }: Healing, before: Before): boolean {
  return (
    highest !== before.highest ||
    steps !== before.steps ||
    outcome !== before.outcome ||
    recoveryMs !== before.recovery_ms
  );
}

interface Changed {
  readonly healing: Healing;
  readonly before: Before;
  readonly at: number;
}

async function goOn(
  db: Kysely<Tables>,
  gateway: string,
  { healing: { id, highest, steps, outcome, recoveryMs }, before, at }: Changed,
): Promise<void> {
  await db
    .updateTable('healings')
    .set({ highest, steps, outcome, recovery_ms: recoveryMs })
    .$if(outcome !== before.outcome, (update) => update.set({ told_at: at }))
    .where('gateway', '=', gateway)
    .where('id', '=', id)
    .execute();
}

async function begin(
  db: Kysely<Tables>,
  gateway: string,
  { healing, at }: { readonly healing: Healing; readonly at: number },
): Promise<void> {
  const { id, since, cause, highest, steps, outcome, recoveryMs } = healing;
  const said = { highest, steps, outcome, recovery_ms: recoveryMs };
  const place = (await lastPlace(db, gateway)) + 1;
  const isDated = since !== null && since <= at && since >= at - maxSinceMs;
  const times = { since_at: isDated ? since : at, first_told_at: at, told_at: at };
  await db
    .insertInto('healings')
    .values({ gateway, id, place, cause, ...said, ...times })
    .execute();
  await db
    .deleteFrom('healings')
    .where('gateway', '=', gateway)
    .where('place', '<=', place - maxHealingsKept)
    .execute();
}

async function lastPlace(db: Kysely<Tables>, gateway: string): Promise<number> {
  const row = await db
    .selectFrom('healings')
    .select('place')
    .where('gateway', '=', gateway)
    .orderBy('place', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.place ?? 0;
}

/** The healings of a gateway, newest first. Throws `not_found` for an unknown one. */
export async function healingsOf(
  db: Kysely<Tables>,
  gateway: string,
): Promise<readonly KeptHealing[]> {
  await mustKnowGateway(db, gateway);
  const rows = await db
    .selectFrom('healings')
    .selectAll()
    .where('gateway', '=', gateway)
    .orderBy('place', 'desc')
    .execute();
  return rows.map((row) => ({
    ...{ id: row.id, cause: row.cause, highest: row.highest, steps: row.steps },
    ...{ outcome: row.outcome, recoveryMs: row.recovery_ms, sinceAt: row.since_at },
  }));
}
