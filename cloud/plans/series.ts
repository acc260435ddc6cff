import { type Decimal, mean } from './decimal.js';
import { groupBy } from './group.js';

/** Monitoring plans §4: a measuring series, its averaging and its state. Pure, days from 1. */

export interface SeriesRules {
  readonly lengthDays: number;
  readonly windows: readonly string[];
  readonly readingsPerWindow: number;
  /** Three readings a window, of which the first is dropped. */
  readonly dropFirstOfThree: boolean;
  readonly discardFirstDay: boolean;
  readonly minReadings: number;
  readonly minDays: number;
  readonly maxExtensionDays: number;
}

export interface SeriesReading {
  readonly id: string;
  /** Day of the series, 1 = the day it started. */
  readonly day: number;
  readonly window: string;
  readonly values: Readonly<Record<string, Decimal>>;
  readonly irregularPulse: boolean;
  readonly knownAt: number;
}

export interface SeriesRun {
  readonly status: 'running' | 'complete' | 'insufficient';
  /** The day of the series after which the status was reached. */
  readonly lastDay: number;
  /** The instant and the local calendar day at which that day was over. */
  readonly at: number;
  readonly day: number;
  /** The readings that the mean is made of, each weighing the same. */
  readonly kept: readonly SeriesReading[];
  readonly daysKept: number;
  /** Every reading that was taken in a window, the dropped ones included. */
  readonly taken: readonly SeriesReading[];
}

/**
 * The state of a series of which the days up to `throughDay` are over. It is complete as soon as
 * enough is kept, the extension days included, and insufficient when they did not help.
 */
export function runSeries(
  rules: SeriesRules,
  readings: readonly SeriesReading[],
  throughDay: number,
): Omit<SeriesRun, 'at' | 'day'> {
  const lastPossible = rules.lengthDays + rules.maxExtensionDays;
  for (let lastDay = rules.lengthDays; lastDay <= lastPossible; lastDay += 1) {
    const figures = figuresThrough(rules, readings, lastDay);
    if (lastDay > throughDay) return { status: 'running', lastDay, ...figures };
    if (isEnough(rules, figures)) return { status: 'complete', lastDay, ...figures };
  }
  const figures = figuresThrough(rules, readings, lastPossible);
  return { status: 'insufficient', lastDay: lastPossible, ...figures };
}

type Figures = Pick<SeriesRun, 'kept' | 'daysKept' | 'taken'>;

function isEnough(rules: SeriesRules, { kept, daysKept }: Figures): boolean {
  return kept.length >= rules.minReadings && daysKept >= rules.minDays;
}

function figuresThrough(
  rules: SeriesRules,
  readings: readonly SeriesReading[],
  lastDay: number,
): Figures {
  const inTime = readings.filter((it) => it.day >= 1 && it.day <= lastDay);
  const occasions = [...groupBy(inTime, (it) => `${it.day} ${it.window}`).values()]
    .filter(([first]) => first !== undefined && rules.windows.includes(first.window))
    .map((it) => it.slice(0, rules.readingsPerWindow));
  const kept = occasions
    .flatMap((it) => (rules.dropFirstOfThree ? it.slice(1) : it))
    .filter((it) => !(rules.discardFirstDay && it.day === 1));
  return {
    kept,
    daysKept: new Set(kept.map((it) => it.day)).size,
    taken: occasions.flat(),
  };
}

/** The kept values of a member, in one window or in all. */
export function keptValues(
  run: Pick<SeriesRun, 'kept'>,
  member: string,
  window?: string,
): readonly Decimal[] {
  return run.kept
    .filter((it) => window === undefined || it.window === window)
    .flatMap((it) => it.values[member] ?? []);
}

export function seriesMean(run: Pick<SeriesRun, 'kept'>, member: string): Decimal | null {
  return mean(keptValues(run, member));
}
