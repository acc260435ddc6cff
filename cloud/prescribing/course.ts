import { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { Episode } from '../episodes/episodes.js';
import type { EndReason } from '../episodes/tables.js';
import { dayOfDate } from '@hemma/protocols/plans/calendar.js';
import { phaseOn } from '@hemma/protocols/plans/phases.js';
import type { Course } from '../plans/course.js';
import { isPaused } from '@hemma/protocols/plans/occasions.js';
import { problem } from '../plans/problems.js';
import { Refused } from '../plans/refused.js';
import { plannedSeries, startDays } from '../plans/series-runs.js';
import { type MissingAtEnd, missingAtEnd } from '../programmes/milestones.js';
import { knownOf } from '../programmes/known-episode.js';
import { eventsOf } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import type { PauseReason } from '../record/events.js';
import { pausesOf, recordOf } from '../record/patient-record.js';
import { type Person, mustMayFollow } from './authority.js';
import { closeFindings } from './findings.js';
import { mustGoOn, planOfEpisode, say } from './limits.js';
import { type PrescribingParts, calendar } from './parts.js';

/** What staff do with an episode on its way. Each is one event, in one transaction with its effect. */

/** A stay in hospital is told afterwards, but not after this. */
const maxDaysBack = 31;
/** Nobody agrees on a pause that is further away, or longer, than a year. */
const maxDaysAhead = 366;

export interface PauseRequest {
  /** Local calendar dates, both included; null until it is known. */
  readonly from: string;
  readonly to: string | null;
  readonly reason: PauseReason;
}

/**
 * An agreed pause: nothing is due, and nothing is missed. Throws {@link CodedError} `request_invalid`
 * for dates that are none, `wrong_state` when it meets another pause.
 */
export async function pauseEpisode(
  parts: PrescribingParts,
  person: Person,
  id: string,
  { from, to, reason }: PauseRequest,
): Promise<void> {
  const fromDay = checkedDay(from);
  const toDay = to === null ? null : checkedDay(to);
  const today = calendar.dayOf(parts.clock.wall().ms);
  const isNear = (day: number) => today - maxDaysBack <= day && day <= today + maxDaysAhead;
  if (!isNear(fromDay) || (toDay !== null && (toDay < fromDay || !isNear(toDay))))
    throw new CodedError('request_invalid', 'The dates of the pause are not possible.');
  await act(parts, person, id, async ({ trx, episode, events }) => {
    const end = toDay ?? Infinity;
    const pauses = pausesOf(events, id, calendar);
    if (pauses.some((it) => it.fromDay <= end && fromDay <= it.toDay && it.fromDay <= it.toDay))
      throw new CodedError('wrong_state', 'There is a pause on some of these days already.');
    const event = { kind: 'pause', fromDay, toDay, reason } as const;
    await say(trx, { parts, person, episode }, event, calendar.instant(fromDay, 0));
  });
}

/** Ends the pause that goes on, or takes back the next one. Throws {@link CodedError} `wrong_state`. */
export async function resumeEpisode(
  parts: PrescribingParts,
  person: Person,
  id: string,
): Promise<void> {
  await act(parts, person, id, async ({ trx, episode, events, today }) => {
    const ahead = pausesOf(events, id, calendar)
      .filter((it) => it.fromDay <= it.toDay && it.toDay >= today)
      .toSorted((a, b) => a.fromDay - b.fromDay);
    const [pause] = ahead;
    if (pause === undefined) throw new CodedError('wrong_state', 'There is no pause to end.');
    await say(trx, { parts, person, episode }, { kind: 'resume', pause: pause.id });
  });
}

/** Moves to another phase from today on. Throws `request_invalid`, or `wrong_state` when it is in it. */
export async function moveToPhase(
  parts: PrescribingParts,
  person: Person,
  id: string,
  phase: string,
): Promise<void> {
  await act(parts, person, id, async ({ trx, episode, course, today }) => {
    if (!course.plan.phases.some((it) => it.id === phase))
      throw new CodedError('request_invalid', `The plan has no phase "${phase}".`);
    if (phaseOn(course, today)?.id === phase)
      throw new CodedError('wrong_state', 'The patient is in this phase already.');
    await say(trx, { parts, person, episode }, { kind: 'phase', phase });
  });
}

/** A series from today on. Throws `request_invalid`, or `wrong_state` while it runs or during a pause. */
export async function orderSeries(
  parts: PrescribingParts,
  person: Person,
  id: string,
  series: string,
): Promise<void> {
  await act(parts, person, id, async ({ trx, episode, course, events, today }) => {
    const planned = plannedSeries(course, series);
    if (planned === null)
      throw new CodedError('request_invalid', `The plan has no series "${series}".`);
    const starts = startDays(planned, course, recordOf(events, id, calendar));
    if (starts.some((day) => day <= today && today < day + planned.rules.lengthDays))
      throw new CodedError('wrong_state', 'The series runs already.');
    if (isPaused(pausesOf(events, id, calendar), today))
      throw new CodedError('wrong_state', 'The episode is paused.');
    await say(trx, { parts, person, episode }, { kind: 'series-start', series });
  });
}

export interface EndRequest {
  readonly reason: EndReason;
  readonly note: string | null;
  /** Why it ends without what its programme asks for at the end; null where nothing lacks. */
  readonly without?: string | null;
}

/**
 * Ends an episode: rules look at it no more, and what they had found is over (requirement R45). Throws
 * {@link Refused} `closing_missing` with all that lacks, until there is a reason.
 */
export async function endEpisode(
  parts: PrescribingParts,
  person: Person,
  id: string,
  { reason, note, without = null }: EndRequest,
): Promise<void> {
  await act(parts, person, id, async ({ trx, episode, events, now }) => {
    const known = knownOf(parts, episode, events, now);
    const missing = known === null ? [] : missingAtEnd(known);
    if (missing.length > 0 && without === null) throw closingMissing(missing);
    await trx
      .updateTable('episodes')
      .set({ ended_at: now, end_reason: reason })
      .where('id', '=', id)
      .execute();
    await closeFindings(trx, parts.worklist, { episode: id, at: now });
    const lacking = { missing: missing.map((it) => it.id), reason: without ?? '' };
    await say(
      trx,
      { parts, person, episode },
      {
        ...{ kind: 'end', reason, note },
        ...(missing.length > 0 && { without: lacking }),
      },
    );
  });
}

function closingMissing(missing: readonly MissingAtEnd[]): Refused {
  const problems = missing.map(({ id }) =>
    id === 'closing-talk'
      ? problem('closing_talk_missing', 'without')
      : problem('closing_form_missing', 'without', id),
  );
  return new Refused('closing_missing', problems);
}

/** The day of a local calendar date `2026-03-01`. Throws {@link CodedError} `request_invalid`. */
export function checkedDay(date: string): number {
  if (!z.iso.date().safeParse(date).success)
    throw new CodedError('request_invalid', 'A date is like 2026-03-01.');
  return dayOfDate(date);
}

interface Scene {
  readonly trx: Parameters<typeof say>[0];
  readonly episode: Episode;
  readonly events: readonly KeptEvent[];
  readonly course: Course;
  readonly now: number;
  readonly today: number;
}

/** Does something with an episode that goes on, and with what is known of it, in one transaction. */
export async function act(
  parts: PrescribingParts,
  person: Person,
  id: string,
  doIt: (scene: Scene) => Promise<void>,
): Promise<void> {
  await parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    mustMayFollow(person, episode.kind);
    const events = await eventsOf(trx, episode.patient);
    const plan = planOfEpisode(parts, episode);
    const course = courseOfEpisode(episode, events, { plan, content: parts.content, calendar });
    const now = parts.clock.wall().ms;
    await doIt({ trx, episode, events, course, now, today: calendar.dayOf(now) });
  });
}
