import type { MissingData, Plan } from '@hemma/protocols/plans/plan.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import { MINUTE_MS } from '../plans/calendar.js';
import type { Course } from '../plans/course.js';
import { type Occasion, type Pause, isPaused } from '../plans/occasions.js';
import { groupBy } from '../plans/group.js';
import type { SeriesRun } from '../plans/series.js';

/** Monitoring plans §6: what is said when values stay away. Missing data is never "normal". */
export interface WatchedTask {
  /** A task of the plan, or `q:<questionnaire>`. */
  readonly task: string;
  readonly occasions: readonly Occasion[];
  /** The local calendar day of the last value; null when there is none yet. */
  readonly lastDay: number | null;
  /** The runs of its series; empty when it has none. */
  readonly runs: readonly SeriesRun[];
}

interface MissingOptions {
  readonly course: Course;
  readonly watched: WatchedTask;
  readonly pauses: readonly Pause[];
  readonly now: number;
}

/**
 * The stages of a task that are open now. A new value closes all of them, a pause silences them,
 * and none opens unless something that was due was missed.
 */
export function openStages(options: MissingOptions): readonly MissingData[] {
  const { course, pauses, now, watched } = options;
  if (isPaused(pauses, course.calendar.dayOf(now))) return [];
  const ofTask = course.plan.missingData.filter((it) => it.task === watched.task);
  return ofTask.filter((it) => isOpen(it.after, options));
}

/** The patient's colour turns grey once help was offered. */
export function isGrey(stages: readonly Plan['missingData'][number][]): boolean {
  return stages.some((it) => it.stage !== 'reminder');
}

function isOpen(after: string, options: MissingOptions): boolean {
  if (after === 'series-end-insufficient') return hasEndedInsufficient(options);
  if (after === 'series-day-missed') return wholeDayMissed(options);
  if (after.endsWith('-after-window')) return windowMissed(after, options);
  const { course, watched, now } = options;
  const lastDay = watched.lastDay ?? course.startDay;
  const isLongAgo = course.calendar.dayOf(now) - lastDay >= daysIn(after);
  return isLongAgo && inGap(options).some((it) => it.state === 'missed');
}

/** The occasions since the last value. */
function inGap({ watched }: MissingOptions): readonly Occasion[] {
  const { lastDay, occasions } = watched;
  return occasions.filter((it) => lastDay === null || it.day > lastDay);
}

function hasEndedInsufficient({ watched }: MissingOptions): boolean {
  return watched.runs.at(-1)?.status === 'insufficient';
}

function wholeDayMissed(options: MissingOptions): boolean {
  const days = groupBy(inGap(options), (it) => it.day);
  return [...days.values()].some((day) => day.every((it) => it.state === 'missed'));
}

/** `PT2H-after-window`: the latest window that closed so long ago has nothing. */
function windowMissed(after: string, { watched, now }: MissingOptions): boolean {
  const waitMs = Number.parseInt(after.slice(2), 10) * 60 * MINUTE_MS;
  const closed = watched.occasions.filter((it) => it.closesAt + waitMs <= now);
  const latest = closed.at(-1);
  return latest !== undefined && (latest.state === 'open' || latest.state === 'missed');
}
