import type { Transaction } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import { type Person, mustMayFollow } from '../prescribing/authority.js';
import { mustGoOn, say } from '../prescribing/limits.js';
import type { PrescribingParts } from '../prescribing/parts.js';
import { ofKind } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { activityTitle } from './choice.js';
import { goalsSet } from './goals.js';
import { type Known, currentCourse, planOf } from './known.js';
import { mustKnow } from './read.js';

/** Comments by the therapist (requirement R54): about something that was done, a value or a goal. */

/** What a page shows; older ones are in the store. */
export const maxShown = 100;

const goalPrefix = 'goal:';

export interface NewComment {
  /** The id of an entry or of a measurement, or `goal:<id>`. */
  readonly about: string;
  readonly text: string;
}

/**
 * Keeps what a member of staff writes to the patient. Gives the id of the entry. Throws
 * {@link CodedError} `not_allowed` for anybody else, `not_found` for what is not of this patient.
 */
export async function comment(
  parts: PrescribingParts,
  person: Person,
  id: string,
  { about, text }: NewComment,
): Promise<string> {
  return parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    if (person === null) throw new CodedError('not_allowed', 'Say which member of staff writes.');
    mustMayFollow(person, episode.kind);
    const known = await mustKnow(parts, id, trx);
    if (!(await isKnown(trx, known, about)))
      throw new CodedError('not_found', 'There is nothing of this patient with this name.');
    return say(trx, { parts, person, episode }, { kind: 'comment', about, text });
  });
}

async function isKnown(trx: Transaction<Tables>, known: Known, about: string): Promise<boolean> {
  if (about.startsWith(goalPrefix))
    return goalTitle(known, about.slice(goalPrefix.length)) !== null;
  const entries: readonly KeptEvent['event']['kind'][] = ['completion', 'response', 'score'];
  if (known.events.some((it) => it.id === about && entries.includes(it.event.kind))) return true;
  return isMeasured(trx, known.episode, about);
}

async function isMeasured(
  trx: Transaction<Tables>,
  { patient }: Episode,
  id: string,
): Promise<boolean> {
  if (!/^(?:[0-9a-f]{2}){1,32}$/.test(id)) return false;
  const found = await trx
    .selectFrom('journal')
    .select('id')
    .where('id', '=', Buffer.from(id, 'hex'))
    .where('patient', '=', patient)
    .executeTakeFirst();
  return found !== undefined;
}

function goalTitle(known: Known, id: string): Text | null {
  const goal = planOf(known).goals.find((it) => it.id === id);
  if (goal !== undefined) return goal.title;
  const words = goalsSet(known.events).get(id)?.event.words;
  return words == null ? null : { sv: words, en: words };
}

export interface CommentOf {
  readonly id: string;
  readonly at: number;
  readonly staff: string;
  readonly text: string;
  readonly about: string;
  readonly subject: Text | null;
}

/** The newest first. */
export function commentsOf(known: Known): readonly CommentOf[] {
  return ofKind(known.events, 'comment')
    .toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    .slice(0, maxShown)
    .flatMap(({ id, at, staff, event: { about, text } }) =>
      staff === null ? [] : [{ id, at, staff, text, about, subject: subjectOf(known, about) }],
    );
}

/** What was commented, as the reader knows it; null for a measurement, or what was taken back. */
function subjectOf(known: Known, about: string): Text | null {
  if (about.startsWith(goalPrefix)) return goalTitle(known, about.slice(goalPrefix.length));
  const event = known.events.find((it) => it.id === about)?.event;
  const { plan, content } = currentCourse(known);
  if (event?.kind === 'response')
    return content.questionnaires.get(event.questionnaire)?.title ?? null;
  if (event?.kind !== 'completion') return null;
  if (event.activity !== undefined) return activityTitle(event.activity, content);
  const title = plan.tasks.find((it) => it.id === event.task)?.title ?? null;
  if (title === null || event.step === undefined) return title;
  return { sv: `${title.sv} ${event.step}`, en: `${title.en} ${event.step}` };
}
