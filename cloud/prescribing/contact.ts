import type { CareEvent } from '../record/events.js';
import { type Person, mustMayFollow } from './authority.js';
import { mustGoOn, say } from './limits.js';
import type { PrescribingParts } from './parts.js';

type Contact = Extract<CareEvent, { kind: 'contact' }>;

/**
 * Staff had contact with a patient, for so many minutes; it may have been in place of a visit
 * (requirement R71). Throws {@link CodedError} `not_allowed`, `not_found` or, for an episode that is
 * over, `wrong_state`.
 */
export async function noteContact(
  parts: PrescribingParts,
  person: Person,
  id: string,
  contact: Omit<Contact, 'kind'>,
): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    mustMayFollow(person, episode.kind);
    await say(trx, { parts, person, episode }, { kind: 'contact', ...contact });
  });
}
