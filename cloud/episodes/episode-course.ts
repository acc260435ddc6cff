import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import type { Course } from '../plans/course.js';
import { ofKind } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import type { Episode } from './episodes.js';

/** Finds the version of a plan that an episode runs on; undefined when it is not known here. */
export type PlanOf = (id: string, version: string) => Plan | undefined;

/** The plan as it runs for a patient: settings, day 0 and the phases that staff moved to. */
export function courseOfEpisode(
  { parameters, startedAt, id }: Episode,
  events: readonly KeptEvent[],
  { plan, content, calendar }: { plan: Plan; content: Content; calendar: Calendar },
): Course {
  return courseOf({
    ...{ plan, content, calendar, parameters },
    startDay: calendar.dayOf(startedAt),
    phaseMoves: ofKind(events, 'phase')
      .filter((it) => it.episode === id)
      .map(({ at, event }) => ({ day: calendar.dayOf(at), phase: event.phase })),
  });
}
