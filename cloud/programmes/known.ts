import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Episode } from '../episodes/episodes.js';
import type { Segment } from '../episodes/segments.js';
import { segmentAt } from '../episodes/segments.js';
import type { Pause } from '@hemma/protocols/plans/occasions.js';
import { isPaused } from '@hemma/protocols/plans/occasions.js';
import type { Course } from '../plans/course.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import { ofKind } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import type { EventRecord } from '../record/patient-record.js';

/** All that a programme is a function of: plan and settings over time, what was done, and now. */
export interface Known {
  readonly episode: Episode;
  /** What was in force when; the last is in force now. */
  readonly segments: readonly [Segment, ...Segment[]];
  /** Of this episode; what was entered in error is no part of it. Oldest first. */
  readonly events: readonly KeptEvent[];
  readonly record: EventRecord;
  readonly pauses: readonly Pause[];
  /** The end of the episode when it is over. */
  readonly now: number;
}

export function currentCourse({ segments }: Known): Course {
  return (segments.at(-1) ?? segments[0]).course;
}

export function planOf(known: Known): Plan {
  return currentCourse(known).plan;
}

export function calendarOf(known: Known): Calendar {
  return currentCourse(known).calendar;
}

export function today(known: Known): number {
  return calendarOf(known).dayOf(known.now);
}

/** The plan and settings of a day: those that were in force when it began (as effect measures do). */
export function courseOn({ segments }: Known, day: number): Course {
  const { calendar } = segments[0].course;
  return segmentAt(segments, calendar.instant(day, 0)).course;
}

export function isPausedOn({ pauses }: Known, day: number): boolean {
  return isPaused(pauses, day);
}

/** Complete answers to a form in this episode, or the scores that were brought in, oldest first. */
export function answersTo(
  known: Known,
  questionnaire: string,
): readonly { readonly id: string; readonly day: number }[] {
  const { content, calendar } = currentCourse(known);
  const metric = content.instruments.get(questionnaire);
  const found = [
    ...ofKind(known.events, 'response').filter(
      ({ event }) => event.questionnaire === questionnaire && event.complete,
    ),
    ...ofKind(known.events, 'score').filter(({ event }) => event.metric === metric),
  ];
  return found
    .toSorted((a, b) => a.at - b.at)
    .map(({ id, at }) => ({ id, day: calendar.dayOf(at) }));
}
