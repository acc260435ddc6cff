import type { Looks } from '@hemma/protocols/api/units.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import { episodesOf } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { phaseOn } from '@hemma/protocols/plans/phases.js';
import type { Course } from '../plans/course.js';
import type { Occasion } from '@hemma/protocols/plans/occasions.js';
import { isPaused } from '@hemma/protocols/plans/occasions.js';
import { eventsOf } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { confirmedIn, errorsIn, pausesOf, recordOf } from '../record/patient-record.js';
import type { AgreedPause } from '../record/patient-record.js';
import { readingsBetween } from '../rules/patient-record.js';
import { looksOf } from '../units/looks.js';
import { extendedSeriesDays } from '../plans/series-days.js';
import { seriesReachDays } from '../plans/series-runs.js';
import { plannedOccasions } from './occasions.js';
import { type PrescribingParts, calendar } from './parts.js';
import { mustKnowPatient } from './start.js';
import { isNewer } from '../plans/versions.js';

/** An episode as staff see it. */
export interface EpisodeOverview {
  readonly episode: Episode;
  /** Null when the version is not known here any more. */
  readonly course: Course | null;
  readonly state: 'running' | 'paused' | 'ended';
  /** Day of the plan, 0 on the first. */
  readonly planDay: number;
  readonly phase: Plan['phases'][number] | null;
  readonly newerVersion: string | null;
  /** Null when it has ended. */
  readonly looks: Looks | null;
  readonly pauses: readonly AgreedPause[];
  /** What people decided about it, in the order in which they did. */
  readonly events: readonly KeptEvent[];
  readonly occasions: readonly Occasion[];
}

/** Occasions are shown for a week back and a week ahead. */
export const occasionDays = 7;

/** Every episode of a patient, the latest first. Throws `not_found`. */
export async function episodeOverviews(
  parts: PrescribingParts,
  patient: string,
): Promise<readonly EpisodeOverview[]> {
  const { isTest } = await mustKnowPatient(parts.db, patient);
  const newest = parts.library.newest(isTest);
  const events = await eventsOf(parts.db, patient);
  const episodes = await episodesOf(parts.db, patient);
  const overviews: EpisodeOverview[] = [];
  for (const episode of episodes)
    overviews.push(await overviewOf(parts, episode, { events, newest }));
  return overviews;
}

/** What all episodes of a patient have in common. */
interface Shared {
  readonly events: readonly KeptEvent[];
  readonly newest: ReadonlyMap<string, Plan>;
}

async function overviewOf(
  parts: PrescribingParts,
  episode: Episode,
  { events, newest }: Shared,
): Promise<EpisodeOverview> {
  const { db, planOf, content, clock } = parts;
  const now = clock.wall().ms;
  const plan = planOf(episode.plan, episode.planVersion);
  const course =
    plan === undefined ? null : courseOfEpisode(episode, events, { plan, content, calendar });
  const lastDay = calendar.dayOf(episode.endedAt ?? now);
  const pauses = pausesOf(events, episode.id, calendar);
  const going = isPaused(pauses, lastDay) ? 'paused' : 'running';
  const { version } = newest.get(episode.plan) ?? { version: episode.planVersion };
  return {
    ...{ episode, course, pauses },
    state: episode.endedAt === null ? going : 'ended',
    planDay: lastDay - calendar.dayOf(episode.startedAt),
    phase: course && phaseOn(course, lastDay),
    newerVersion: isNewer(version, episode.planVersion) ? version : null,
    looks: episode.endedAt === null ? await looksOf(db, episode.unit, now) : null,
    events: events
      .filter((it) => it.episode === episode.id && isDecision(it))
      .toSorted((a, b) => a.receivedAt - b.receivedAt),
    occasions:
      course === null || episode.endedAt !== null
        ? []
        : await occasionsOf(parts, course, { episode, events, pauses }),
  };
}

const decisions: readonly KeptEvent['event']['kind'][] = [
  ...(['start', 'limits', 'version', 'phase', 'series-start'] as const),
  ...(['pause', 'resume', 'baseline', 'end', 'entered-in-error'] as const),
  ...(['snooze', 'snooze-end', 'choice', 'goal', 'goal-end'] as const),
];

function isDecision({ event }: KeptEvent): boolean {
  return decisions.includes(event.kind);
}

interface Known {
  readonly episode: Episode;
  readonly events: readonly KeptEvent[];
  readonly pauses: readonly AgreedPause[];
}

async function occasionsOf(
  { db, catalogue, clock }: PrescribingParts,
  course: Course,
  { episode, events, pauses }: Known,
): Promise<readonly Occasion[]> {
  const now = clock.wall().ms;
  const today = calendar.dayOf(now);
  const from = calendar.instant(today - occasionDays - seriesReachDays(course), 0);
  const confirmed = confirmedIn(events);
  const asked = { trx: db, patient: episode.patient, catalogue, confirmed };
  const position = Number.MAX_SAFE_INTEGER;
  const measured = await readingsBetween({ ...asked, position }, from);
  const errors = errorsIn(events);
  const readings = measured.filter((it) => !errors.has(it.id));
  const record = { ...recordOf(events, episode.id, calendar), readings };
  const isSeriesDay = extendedSeriesDays({ course, record, now });
  const planned = { course, record, pauses, now, isSeriesDay };
  return plannedOccasions(planned, today - occasionDays, today + occasionDays);
}
