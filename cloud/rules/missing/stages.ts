import type { Window } from '@hemma/protocols/plans/schedule.js';
import { daysIn } from '@hemma/protocols/plans/text.js';
import { type Calendar, MINUTE_MS, minutesIn } from '@hemma/protocols/plans/calendar.js';
import type { SeriesRun } from '../../plans/series.js';
import { NIGHT_MINUTE } from '@hemma/protocols/plans/series-run.js';
import type { Gap } from './gaps.js';

/** Monitoring plans §6: when a stage opens in a gap. */
export interface StageFacts {
  readonly gap: Gap;
  /** Whether the task was to be done on a day, pauses left out, and in which windows. */
  readonly due: (day: number) => readonly Pick<Window, 'from' | 'to'>[];
  /** The runs of its series; empty when it has none. */
  readonly runs: readonly Pick<SeriesRun, 'status' | 'at'>[];
  readonly calendar: Calendar;
  readonly now: number;
}

export interface Opening {
  readonly at: number;
  /** What is measured up to here decides it. */
  readonly decidedBy: number;
}

/** A task that is due less often than once in this time is not due at all. */
const maxGapDays = 400;

/**
 * When a stage opens in a gap; null when it does not, or not yet. None opens unless something that was
 * due was missed. Days are counted from the last value, and looked at in the night after them.
 */
export function openingOf(after: string, facts: StageFacts): Opening | null {
  const opening = opens(after, facts);
  const { gap, now } = facts;
  return opening !== null && opening.at < gap.until && opening.at <= now ? opening : null;
}

function opens(after: string, facts: StageFacts): Opening | null {
  if (after === 'series-end-insufficient') return insufficientEnd(facts);
  if (after.endsWith('-after-window')) return windowMissed(after, facts);
  const missed = firstMissedDay(facts);
  if (missed === null) return null;
  const { gap, calendar } = facts;
  const days = after === 'series-day-missed' ? 1 : daysIn(after);
  const day = Math.max(gap.lastDay + days, missed + 1, calendar.dayOf(gap.from));
  return { at: calendar.instant(day, NIGHT_MINUTE), decidedBy: calendar.instant(day, 0) };
}

/** The first whole day of the gap on which something was due. */
function firstMissedDay({ gap, due, calendar, now }: StageFacts): number | null {
  const first = gap.lastAt === null ? gap.lastDay : gap.lastDay + 1;
  const last = Math.min(calendar.dayOf(Math.min(now, gap.until)), first + maxGapDays);
  for (let day = first; day < last; day += 1) if (due(day).length > 0) return day;
  return null;
}

/** `PT2H-after-window`: the first window of the gap that closed so long ago. */
function windowMissed(after: string, { gap, due, calendar, now }: StageFacts): Opening | null {
  const waitMs = Number.parseInt(after.slice(2), 10) * 60 * MINUTE_MS;
  const first = calendar.dayOf(gap.from);
  const last = Math.min(calendar.dayOf(Math.min(now, gap.until)), first + maxGapDays);
  for (let day = first; day <= last; day += 1)
    for (const { from, to } of due(day)) {
      const closesAt = calendar.instant(day, minutesIn(to));
      const isLater = calendar.instant(day, minutesIn(from)) > gap.from || gap.lastAt === null;
      if (isLater && closesAt > gap.from) return { at: closesAt + waitMs, decidedBy: closesAt };
    }
  return null;
}

function insufficientEnd({ gap, runs, calendar }: StageFacts): Opening | null {
  const run = runs.find(({ status, at }) => status === 'insufficient' && at > gap.from);
  if (run === undefined) return null;
  return { at: run.at, decidedBy: calendar.instant(calendar.dayOf(run.at), 0) };
}
