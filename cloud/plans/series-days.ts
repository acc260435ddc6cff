import type { Course } from './course.js';
import { Facts } from './facts.js';
import type { PatientRecord } from './record.js';
import type { IsSeriesDay } from '@hemma/protocols/plans/due.js';
import { plannedSeries, startDays } from './series-runs.js';
import type { SeriesRun } from './series.js';

type Run = Pick<SeriesRun, 'day' | 'lastDay'>;

interface KnownSeries {
  readonly course: Course;
  readonly record: Pick<PatientRecord, 'seriesStarts'>;
  /** The runs of the series that a measurement is a member of, as far as they have come. */
  readonly runs: (member: string) => readonly Run[];
}

/**
 * Tells the days of the series of a patient (monitoring plans §4): from each start until its run has
 * come to an end, the days of an extension included; a run that no day is over of has its full length.
 */
export function seriesDays({ course, record, runs }: KnownSeries): IsSeriesDay {
  const known = new Map<string, readonly (readonly [from: number, before: number])[]>();
  return (series, day) => {
    const spans = known.get(series) ?? spansOf(series);
    known.set(series, spans);
    return spans.some(([from, before]) => from <= day && day < before);
  };

  function spansOf(id: string): readonly (readonly [number, number])[] {
    const planned = plannedSeries(course, id);
    const member = planned?.series.members[0];
    if (planned === null || member === undefined) return [];
    const lengths = new Map(runs(member).map((it) => [it.day - it.lastDay, it.lastDay]));
    const spans: (readonly [number, number])[] = [];
    for (const start of startDays(planned, course, record)) {
      if (start < (spans.at(-1)?.[1] ?? -Infinity)) continue;
      spans.push([start, start + (lengths.get(start) ?? planned.rules.lengthDays)]);
    }
    return spans;
  }
}

/** What decides on which days series run, as far as they have come. */
interface ExtendedSeries {
  readonly course: Course;
  /** With the readings of {@link seriesReachDays} before the first day that is asked about. */
  readonly record: Omit<PatientRecord, 'staffActs'>;
  readonly now: number;
}

/** The same of a whole record, as staff and the home of the patient see it at an instant. */
export function extendedSeriesDays({ course, record, now }: ExtendedSeries): IsSeriesDay {
  const facts = new Facts({ course, record: { ...record, staffActs: [] }, now });
  return seriesDays({ course, record, runs: (member) => facts.runs(member) });
}
