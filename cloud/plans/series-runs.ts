import type { OwnSeries } from '@hemma/protocols/plans/series.js';
import type { Window } from '@hemma/protocols/plans/schedule.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { NIGHT_MINUTE, runSeries, seriesWindow } from '@hemma/protocols/plans/series-run.js';
import type { SeriesRules } from '@hemma/protocols/plans/series-run.js';
import type { Course } from './course.js';
import type { ReadingSample } from './lookup.js';
import { type ParameterValues, numberOf, withDefaults } from './parameters.js';
import type { PatientRecord } from './record.js';
import type { SeriesReading, SeriesRun } from './series.js';

/** The series of a plan at work: which days they started on, and the readings that fall in them. */

/** A series lasts as long as the plan at most; a start later than this is a mistake. */
const MAX_RUNS = 400;

export interface PlannedSeries {
  readonly series: OwnSeries;
  readonly id: string;
  readonly rules: SeriesRules;
  readonly windows: readonly Window[];
}

/** A series by its id, a copy with the parameters of the plan that it is copied from. */
export function plannedSeries(course: Course, id: string): PlannedSeries | null {
  const entry = course.plan.series?.find((it) => it.id === id);
  if (entry === undefined) return null;
  if (!('copyOf' in entry)) return planned(course, id, entry, course.parameters);
  const [planId = '', seriesId] = entry.copyOf.split('#');
  const origin = course.content.plans.get(planId);
  const series = origin?.series?.find((it) => it.id === seriesId);
  if (origin === undefined || series === undefined || 'copyOf' in series) return null;
  return planned(course, id, series, withDefaults(origin, course.parameters));
}

function planned(
  course: Course,
  id: string,
  series: OwnSeries,
  parameters: ParameterValues,
): PlannedSeries {
  const task = taskOfSeries(course, id);
  const number = (parameter: string | undefined) =>
    parameter === undefined ? undefined : numberOf(parameters, parameter)?.toNumber();
  const readingsPerWindow =
    number(series.readingsPerWindowFromParameter) ?? task?.schedule.readingsPerWindow ?? 1;
  const discard = series.discardFirstReadingOfEachTripleFromParameter;
  return {
    series,
    id,
    windows: (task?.schedule.windows ?? []).filter((it) => series.windows.includes(it.id)),
    rules: {
      lengthDays: number(series.lengthDaysFromParameter) ?? series.lengthDays ?? 1,
      windows: series.windows,
      readingsPerWindow,
      dropFirstOfThree:
        readingsPerWindow === 3 && discard !== undefined && parameters[discard] === true,
      discardFirstDay: series.discardFirstDay,
      minReadings: series.minReadings,
      minDays: series.minDays,
      maxExtensionDays: series.maxExtensionDays ?? 0,
    },
  };
}

/** How many days back readings decide on which days the series of a plan run. */
export function seriesReachDays(course: Course): number {
  const reaches = (course.plan.series ?? []).map(({ id }) => {
    const rules = plannedSeries(course, id)?.rules;
    return rules === undefined ? 0 : rules.lengthDays + rules.maxExtensionDays;
  });
  return Math.max(0, ...reaches);
}

/** The task whose windows and readings a series is made of. */
export function taskOfSeries({ plan }: Pick<Course, 'plan'>, id: string): Task | undefined {
  return plan.tasks.find((it) => runsSeries(it, id));
}

function runsSeries({ schedule: { frequency } }: Task, id: string): boolean {
  if (frequency.type === 'series') return frequency.seriesId === id;
  if (frequency.type !== 'by-parameter') return false;
  return Object.values(frequency.map).some((it) => it.split(/[:+]/)[1] === id);
}

/** How many readings a task asks for in a window; a parameter of its series may say another number. */
export function readingsPerWindow({ schedule }: Task, course: Course): number {
  const { frequency } = schedule;
  const series = frequency.type === 'series' ? frequency.seriesId : '';
  return plannedSeries(course, series)?.rules.readingsPerWindow ?? schedule.readingsPerWindow;
}

/** The days on which the series starts, in order. */
export function startDays(
  { series, id }: PlannedSeries,
  course: Course,
  record: Pick<PatientRecord, 'seriesStarts'>,
): readonly number[] {
  const told = record.seriesStarts.filter((it) => it.series === id).map((it) => it.day);
  const planned = series.starts.flatMap((start) => {
    if (start.when === 'plan-start') return [course.startDay];
    if (start.when !== 'every') return [];
    return everyDays(course, start.phase, start.days);
  });
  return [...new Set([...told, ...planned])].toSorted((a, b) => a - b).slice(0, MAX_RUNS);
}

function everyDays(course: Course, phaseId: string, days: number): readonly number[] {
  const phase = course.plan.phases.find((it) => it.id === phaseId);
  const move = course.phaseMoves.find((it) => it.phase === phaseId);
  if (phase === undefined) return [];
  const from = move?.day ?? course.startDay + phase.fromDay;
  const to = course.startDay + (phase.toDay ?? course.plan.duration.defaultDays);
  const count = Math.max(0, Math.floor((to - from) / days) + 1);
  return Array.from({ length: Math.min(count, MAX_RUNS) }, (_, i) => from + i * days);
}

/** One run for each start; a start inside the run before it is part of that run. */
export function runsOf(
  planned: PlannedSeries,
  starts: readonly number[],
  readings: readonly ReadingSample[][],
  options: { readonly course: Course; readonly throughDay: number },
): readonly SeriesRun[] {
  const runs: SeriesRun[] = [];
  let freeFrom = -Infinity;
  for (const start of starts) {
    if (start < freeFrom || start > options.throughDay) continue;
    const inSeries = readings.flatMap((it) => seriesReading(it, planned.windows, start) ?? []);
    const run = runSeries(planned.rules, inSeries, options.throughDay - start + 1);
    freeFrom = start + run.lastDay;
    const at = options.course.calendar.instant(freeFrom, NIGHT_MINUTE);
    runs.push({ ...run, at, day: freeFrom });
  }
  return runs;
}

/**
 * The samples of one reading as a reading of the series; null outside its windows. Where windows
 * overlap (after breakfast, before lunch) it belongs to the one whose target is nearest.
 */
function seriesReading(
  members: readonly ReadingSample[],
  windows: readonly Window[],
  start: number,
): SeriesReading | null {
  const [one] = members;
  if (one === undefined) return null;
  const window = seriesWindow(windows, one.minute);
  if (window === undefined) return null;
  return {
    id: one.ids[0] ?? '',
    day: one.day - start + 1,
    window: window.id,
    values: Object.fromEntries(members.map((it) => [it.metric, it.value])),
    irregularPulse: one.flags.includes('irregular_pulse'),
    knownAt: one.knownAt,
  };
}
