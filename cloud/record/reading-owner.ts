import { CodedError } from '@hemma/protocols/errors.js';
import type { OwnerAnswer } from '@hemma/protocols/api/reading-owner.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import { toPast } from '../journal/statements.js';
import { mustHaveRole } from '../staff/actor.js';
import type { Actor } from '../staff/actor.js';
import { addEvent, eventsOf } from './care-record.js';
import { confirmedIn, errorsIn } from './patient-record.js';

/** A measurement, and what somebody of the staff says of it. */
export interface OwnerSaid {
  readonly patient: string;
  /** Id of the measurement. */
  readonly entry: string;
  readonly answer: OwnerAnswer;
}

/**
 * Staff say whose a measurement is of which nobody at home has said so: `mine` has it judged from its
 * own time on, `not-mine` leaves it out for ever; neither changes the journal. Throws
 * {@link CodedError} `not_allowed`, `not_found` for another patient's, `wrong_state` where it is no
 * question (any more).
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
    const events = await eventsOf(trx, patient);
    const isAnswered = confirmedIn(events).has(entry) || errorsIn(events).has(entry);
    if (isAnswered || !measurement.flags.includes('owner_unconfirmed'))
      throw new CodedError('wrong_state');
    const kind = answer === 'mine' ? 'owner-confirmed' : 'entered-in-error';
    await addEvent(trx, {
      ...{ patient, episode: null, at: measuredAt, receivedAt: now, staff: actor.staff },
      event: { kind, entry },
    });
  });
}
