import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { groupBy } from '../plans/group.js';
import { careEventSchema } from './events.js';
import type { CareEvent } from './events.js';

/** An event as it is kept. */
export interface KeptEvent<Event extends CareEvent = CareEvent> {
  readonly id: string;
  readonly patient: string;
  readonly episode: string | null;
  /** The time it belongs to, and when it was entered: milliseconds since 1970 UTC. */
  readonly at: number;
  readonly receivedAt: number;
  /** Null when it was the patient, or an import. */
  readonly staff: string | null;
  readonly event: Event;
}

export type NewEvent = Omit<KeptEvent, 'id'>;

const idOctets = 16;

/**
 * Writes an event and has the patient judged anew from the time it belongs to. Gives its id. The
 * event was checked where it came in; a fault in it is one of ours.
 */
export async function addEvent(trx: Transaction<Tables>, added: NewEvent): Promise<string> {
  const id = `v-${randomBytes(idOctets).toString('hex')}`;
  const event = careEventSchema.parse(added.event);
  await trx
    .insertInto('care_events')
    .values({
      ...{ id, patient: added.patient, episode: added.episode, kind: event.kind, at: added.at },
      ...{ received_at: added.receivedAt, staff: added.staff, data: JSON.stringify(event) },
    })
    .execute();
  await haveJudged(trx, added.patient, added.at);
  return id;
}

/** The rules look at the episodes of a patient again, from an instant on, as soon as they can. */
export async function haveJudged(
  trx: Transaction<Tables>,
  patient: string,
  from: number,
): Promise<void> {
  await haveAllJudged(trx, new Map([[patient, from]]));
}

/** The same for many patients, each from an instant of their own. Index: `judgings_of_patient`. */
export async function haveAllJudged(
  trx: Transaction<Tables>,
  from: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [patient, at] of from)
    await trx
      .updateTable('judgings')
      .set((eb) => ({
        next_at: 0,
        news_from: eb.case().when('news_from', '<', at).then(eb.ref('news_from')).else(at).end(),
      }))
      .where('patient', '=', patient)
      .execute();
}

/** Years of a patient who answers several times a day; of more, the newest count. */
const maxEvents = 20_000;

/** The events of a patient since an instant, oldest first. */
export async function eventsOf(
  db: Kysely<Tables>,
  patient: string,
  since = 0,
): Promise<readonly KeptEvent[]> {
  const rows = await db
    .selectFrom('care_events')
    .selectAll()
    .where('patient', '=', patient)
    .where('at', '>=', since)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(maxEvents)
    .execute();
  return rows.reverse().map(toKept);
}

/** All events of a few patients, oldest first, by patient: one statement for all of them. */
export async function eventsOfMany(
  db: Kysely<Tables>,
  patients: readonly string[],
): Promise<ReadonlyMap<string, readonly KeptEvent[]>> {
  if (patients.length === 0) return new Map();
  const rows = await db
    .selectFrom('care_events')
    .selectAll()
    .where('patient', 'in', [...patients])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(maxEvents * patients.length)
    .execute();
  return groupBy(rows.reverse().map(toKept), (it) => it.patient);
}

function toKept(row: Selectable<Tables['care_events']>): KeptEvent {
  return {
    ...{ id: row.id, patient: row.patient, episode: row.episode, at: row.at },
    ...{ receivedAt: row.received_at, staff: row.staff },
    // Written by `addEvent` from the same schema.
    event: JSON.parse(row.data) as CareEvent,
  };
}

type OfKind<Kind extends CareEvent['kind']> = KeptEvent<Extract<CareEvent, { kind: Kind }>>;

/** The events of one kind, in their order. */
export function ofKind<Kind extends CareEvent['kind']>(
  events: readonly KeptEvent[],
  kind: Kind,
): readonly OfKind<Kind>[] {
  return events.filter((it): it is OfKind<Kind> & KeptEvent => it.event.kind === kind);
}
