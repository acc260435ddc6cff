import type { Kysely } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Tables } from '../database/schema.js';
import { findEpisode } from '../episodes/episodes.js';
import { isProgramme } from '../plans/completed.js';
import type { PatientReading } from '../plans/record.js';
import { type PrescribingParts, calendar } from '../prescribing/parts.js';
import { eventsOf } from '../record/care-record.js';
import { confirmedIn, errorsIn } from '../record/patient-record.js';
import { readingsBetween } from '../rules/patient-record.js';
import { type Known, planOf } from './known.js';
import { knownOf } from './known-episode.js';

export type ProgrammeParts = Pick<
  PrescribingParts,
  'db' | 'clock' | 'content' | 'planOf' | 'catalogue'
>;

/**
 * The programme of an episode. Throws {@link CodedError} `not_found`, also for an episode whose plan is
 * no programme, and `wrong_state` when its version is not known here any more.
 */
export async function mustKnow(
  parts: ProgrammeParts,
  id: string,
  db: Kysely<Tables> = parts.db,
): Promise<Known> {
  const episode = await findEpisode(db, id);
  const kept = await eventsOf(db, episode.patient);
  const known = knownOf(parts, episode, kept, parts.clock.wall().ms);
  if (known === null)
    throw new CodedError('wrong_state', 'The version of its plan is not known here any more.');
  if (!isProgramme(planOf(known)))
    throw new CodedError('not_found', 'The plan of this episode is no programme.');
  return known;
}

/** What was measured and accepted since the start, without what was entered in error. */
export async function readingsOf(
  { db, catalogue }: ProgrammeParts,
  { episode }: Known,
): Promise<readonly PatientReading[]> {
  const events = await eventsOf(db, episode.patient);
  const [errors, confirmed] = [errorsIn(events), confirmedIn(events)];
  const asked = { trx: db, patient: episode.patient, catalogue, confirmed };
  const from = calendar.instant(calendar.dayOf(episode.startedAt), 0);
  const readings = await readingsBetween({ ...asked, position: Number.MAX_SAFE_INTEGER }, from);
  return readings.filter((it) => !errors.has(it.id));
}
