import type { Kysely } from 'kysely';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import { extendedSeriesDays } from '../plans/series-days.js';
import { seriesReachDays } from '../plans/series-runs.js';
import { eventsOf } from '../record/care-record.js';
import { confirmedIn, errorsIn, pausesOf, recordOf } from '../record/patient-record.js';
import { readingsBetween } from '../rules/patient-record.js';
import { remindersOn } from './due.js';
import { ownTimesOf, wantsNone } from './choices.js';

export interface ReminderParts {
  readonly db: Kysely<Tables>;
  readonly planOf: PlanOf;
  readonly content: Content;
  readonly catalogue: Catalogue;
}

const calendar = zonedCalendar();

/**
 * When a patient is reminded today and tomorrow, over all plans that go on, as things stand at an
 * instant: in order, each minute once. Of what is done, paused or over there is nothing.
 */
export async function remindersOfPatient(
  { db, planOf, content, catalogue }: ReminderParts,
  patient: string,
  now: number,
): Promise<readonly number[]> {
  if (await wantsNone(db, patient)) return [];
  const episodes = await runningEpisodes(db, [patient]);
  if (episodes.length === 0) return [];
  const today = calendar.dayOf(now);
  const events = await eventsOf(db, patient);
  const errors = errorsIn(events);
  const position = Number.MAX_SAFE_INTEGER;
  const followed = episodes.flatMap((episode) => {
    const plan = planOf(episode.plan, episode.planVersion);
    if (plan === undefined) return [];
    return { episode, course: courseOfEpisode(episode, events, { plan, content, calendar }) };
  });
  // What was measured of a series says whether today belongs to it.
  const reach = Math.max(0, ...followed.map((it) => seriesReachDays(it.course)));
  const from = calendar.instant(today - reach, 0);
  const asked = { trx: db, patient, position, catalogue, confirmed: confirmedIn(events) };
  const measured = await readingsBetween(asked, from);
  const readings = measured.filter((it) => !errors.has(it.id));
  const own = await ownTimesOf(db, patient);
  const all = followed.flatMap(({ episode, course }) => {
    const record = { ...recordOf(events, episode.id, calendar), readings };
    const facts = {
      ...{ course, record, now, startedAt: episode.startedAt },
      pauses: pausesOf(events, episode.id, calendar),
      own: own.get(episode.plan) ?? new Map(),
      isSeriesDay: extendedSeriesDays({ course, record, now }),
    };
    return remindersOn(facts, today, today + 1);
  });
  return [...new Set(all)].toSorted((a, b) => a - b);
}
