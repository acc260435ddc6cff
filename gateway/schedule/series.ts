import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { IsSeriesDay } from '@hemma/protocols/plans/due.js';
import { lastDayOver, runSeries, seriesWindow } from '@hemma/protocols/plans/series-run.js';
import type { InSeries } from '@hemma/protocols/plans/series-run.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import type { TakenReading } from '../taken.js';

interface SeriesFacts {
  readonly schedule: Schedule;
  readonly calendar: Calendar;
  /** What was taken of the patient, oldest first. */
  readonly taken: readonly TakenReading[];
  readonly now: number;
}

type SeriesRules = Schedule['seriesRules'][number];
/** Local days: the first, and the first after. */
type Span = readonly [from: number, before: number];

/**
 * Tells the days of the series of a schedule (monitoring plans §4), those by which one is extended
 * included: counted from what was taken here, by the same engine as in the cloud.
 */
export function seriesDaysAt(facts: SeriesFacts): IsSeriesDay {
  const spans = new Map<string, readonly Span[]>();
  return (series, day) => {
    const known = spans.get(series) ?? spansOf(series, facts);
    spans.set(series, known);
    return known.some(([from, before]) => from <= day && day < before);
  };
}

function spansOf(id: string, facts: SeriesFacts): readonly Span[] {
  const { schedule, calendar, now } = facts;
  const planned = schedule.series.filter((it) => it.series === id);
  const rules = schedule.seriesRules.find((it) => it.series === id);
  if (rules === undefined) return planned.map((it) => [it.fromDay, it.toDay + 1]);
  const over = lastDayOver(calendar, now);
  const spans: Span[] = [];
  for (const { fromDay } of planned) {
    // A start inside the run before it is part of that run.
    if (fromDay < (spans.at(-1)?.[1] ?? -Infinity)) continue;
    const days =
      fromDay > over
        ? rules.lengthDays
        : runSeries(rules, readingsIn(rules, fromDay, facts), over - fromDay + 1).lastDay;
    spans.push([fromDay, fromDay + days]);
  }
  return spans;
}

function readingsIn(
  { task: id, quantities, windows: ids }: SeriesRules,
  fromDay: number,
  { schedule, calendar, taken }: SeriesFacts,
): readonly InSeries[] {
  const task = schedule.tasks.find((it) => it.id === id);
  const windows = (task?.schedule.windows ?? []).filter((it) => ids.includes(it.id));
  return taken
    .filter((it) => !it.failed && it.values.some(({ code }) => quantities.includes(code)))
    .flatMap(({ at }) => {
      const window = seriesWindow(windows, calendar.minuteOf(at));
      if (window === undefined) return [];
      return { day: calendar.dayOf(at) - fromDay + 1, window: window.id };
    });
}
