import type { Episode } from '../episodes/episodes.js';
import { segmentsOf } from '../episodes/segments.js';
import { type PrescribingParts, calendar } from '../prescribing/parts.js';
import type { KeptEvent } from '../record/care-record.js';
import { pausesOf, recordOf, withoutErrors } from '../record/patient-record.js';
import type { Known } from './known.js';

/** What is known of a programme. Null when no version of its plan is known here any more. */
export function knownOf(
  { content, planOf: find }: Pick<PrescribingParts, 'content' | 'planOf'>,
  episode: Episode,
  kept: readonly KeptEvent[],
  now: number,
): Known | null {
  const [first, ...later] = segmentsOf(episode, kept, { planOf: find, content, calendar });
  if (first === undefined) return null;
  return {
    episode,
    segments: [first, ...later],
    events: withoutErrors(kept).filter((it) => it.episode === episode.id),
    record: recordOf(kept, episode.id, calendar),
    pauses: pausesOf(kept, episode.id, calendar),
    now: Math.min(now, episode.endedAt ?? Infinity),
  };
}
