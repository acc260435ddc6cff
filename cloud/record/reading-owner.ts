import { CodedError } from '@hemma/protocols/errors.js';
import type { OwnerAnswer, OwnerSays } from '@hemma/protocols/api/reading-owner.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { PastMeasurement } from '../journal/journal.js';
import { pastColumns, toPast } from '../journal/statements.js';
import { mustHaveRole } from '../staff/actor.js';
import type { Actor } from '../staff/actor.js';
import { addEvent, eventsOf, ofKind } from './care-record.js';
import type { KeptEvent } from './care-record.js';
import { withoutErrors } from './patient-record.js';

/** A measurement, and what somebody of the staff says of it. */
export interface OwnerSaid {
  readonly patient: string;
  /** Id of the measurement. */
  readonly entry: string;
  readonly answer: OwnerSays;
}

/** What staff have said of a measurement, and who. */
export interface OwnerDecision {
  /** The event that says it. */
  readonly id: string;
  readonly answer: OwnerAnswer;
  readonly staff: string;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

/**
 * Staff say whose a measurement is of which nobody at home has said so: `mine` has it judged from its
 * own time on, `not-mine` leaves it out, `take-back` makes it a question again. None changes the journal,
 * and each is kept with who said it. Throws {@link CodedError} `not_allowed`, `not_found` for another
 * patient's, `wrong_state` where it is no question (any more), or nothing to take back.
 */
export async function sayOwner(
  db: Kysely<Tables>,
  actor: Actor,
  { patient, entry, answer }: OwnerSaid,
  now: number,
): Promise<void> {
  mustHaveRole(actor, 'clinician', 'therapist');
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('journal')
      .select(['text', 'received_at'])
      .where('id', '=', Buffer.from(entry, 'hex'))
      .where('patient', '=', patient)
      .executeTakeFirst();
    if (row === undefined) throw new CodedError('not_found');
    const { measurement, measuredAt } = toPast(row);
    if (!measurement.flags.includes('owner_unconfirmed')) throw new CodedError('wrong_state');
    const said = ownersIn(await eventsOf(trx, patient)).get(entry);
    const event = eventOf({ entry, answer }, said);
    await addEvent(trx, {
      ...{ patient, episode: null, at: measuredAt, receivedAt: now, staff: actor.staff },
      event,
    });
  });
}

function eventOf(
  { entry, answer }: Omit<OwnerSaid, 'patient'>,
  said: OwnerDecision | undefined,
): KeptEvent['event'] {
  if ((said !== undefined) !== (answer === 'take-back')) throw new CodedError('wrong_state');
  if (said !== undefined) return { kind: 'entered-in-error', entry: said.id };
  return { kind: answer === 'mine' ? 'owner-confirmed' : 'owner-denied', entry };
}

/** What staff have said of whose measurements are, by the id of the measurement. */
export function ownersIn(events: readonly KeptEvent[]): ReadonlyMap<string, OwnerDecision> {
  const standing = withoutErrors(events);
  const of = (kind: 'owner-confirmed' | 'owner-denied', answer: OwnerAnswer) =>
    ofKind(standing, kind).map(
      ({ id, staff, receivedAt: at, event }) =>
        [event.entry, { id, answer, staff: staff ?? '', at }] as const,
    );
  return new Map([...of('owner-confirmed', 'mine'), ...of('owner-denied', 'not-mine')]);
}

/** Half a year of a family that never answers fits; more nobody looks through. */
export const maxUnowned = 200;

/** The newest measurements that came without anybody saying whose they are. Index: `journal_by_patient`. */
export async function unownedOf(
  db: Kysely<Tables>,
  patient: string,
  since: number,
): Promise<readonly PastMeasurement[]> {
  const rows = await db
    .selectFrom('journal')
    .select(pastColumns)
    .where('patient', '=', patient)
    .where('measured_at', '>=', since)
    .where('text', 'like', '%"owner_unconfirmed"%')
    .orderBy('measured_at', 'desc')
    .limit(maxUnowned + 1)
    .execute();
  return rows.map(toPast);
}
