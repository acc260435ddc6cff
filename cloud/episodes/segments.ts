import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import type { Course } from '../plans/course.js';
import { ofKind } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';
import { errorsIn } from '../record/patient-record.js';
import { courseOfEpisode } from './episode-course.js';
import type { PlanOf } from './episode-course.js';
import type { Episode, Settings } from './episodes.js';

/** A stretch of an episode with one plan version and one set of limits in force. */
export interface Segment {
  /** Event time; −∞ for the first. It lasts until the next one begins. */
  readonly from: number;
  readonly course: Course;
}

/** Staff who change limits every week for ten years; of more, the newest count. */
const maxSegments = 520;

interface SegmentContext {
  readonly planOf: PlanOf;
  readonly content: Content;
  readonly calendar: Calendar;
}

/**
 * What was in force when, in an episode: one segment from each change of limits or version on, the
 * first by what it began with. A version that is not known here is passed over. Empty when none is.
 */
export function segmentsOf(
  episode: Episode,
  events: readonly KeptEvent[],
  { planOf, content, calendar }: SegmentContext,
): readonly Segment[] {
  return settingsOver(episode, events).flatMap(({ from, ...settings }) => {
    const plan = planOf(episode.plan, settings.planVersion);
    if (plan === undefined) return [];
    const course = courseOfEpisode({ ...episode, ...settings }, events, {
      ...{ plan, content, calendar },
    });
    return [{ from, course }];
  });
}

type Stretch = Settings & { readonly from: number };

/** Changes of the same instant, as a new version with its limits, are one. */
function settingsOver(episode: Episode, events: readonly KeptEvent[]): readonly Stretch[] {
  const errors = errorsIn(events);
  const own = events.filter((it) => it.episode === episode.id && !errors.has(it.id));
  const changes = [
    ...ofKind(own, 'limits'),
    ...ofKind(own, 'version'),
    ...ofKind(own, 'choice'),
  ].toSorted((a, b) => a.at - b.at);
  const stretches: Stretch[] = [{ ...episode.first, from: -Infinity }];
  for (const { at, event } of changes) {
    const last = stretches.at(-1) ?? { ...episode.first, from: -Infinity };
    const changed = changedBy(event, last);
    if (last.from === at) stretches.pop();
    stretches.push({ ...changed, from: at });
  }
  return stretches.slice(-maxSegments).map((it, i) => (i === 0 ? { ...it, from: -Infinity } : it));
}

type Change = Extract<CareEvent, { kind: 'limits' | 'version' | 'choice' }>;

/** Limits are told as a whole, a choice tells what it changes. */
function changedBy(event: Change, last: Stretch): Stretch {
  if (event.kind === 'version') return { ...last, planVersion: event.version };
  if (event.kind === 'limits') return { ...last, parameters: event.parameters };
  return { ...last, parameters: { ...last.parameters, ...event.parameters } };
}

/** The segment that is in force at an instant. */
export function segmentAt(segments: readonly [Segment, ...Segment[]], at: number): Segment {
  return segments.findLast((it) => it.from <= at) ?? segments[0];
}

/** Where a segment ends: the last instant that belongs to it, `now` for the one in force. */
export function endOf(segments: readonly Segment[], i: number, now: number): number {
  return Math.min(now, (segments[i + 1]?.from ?? Infinity) - 1);
}
