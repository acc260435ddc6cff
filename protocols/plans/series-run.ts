import type { Calendar } from './calendar.js';
import { minutesIn } from './calendar.js';
import type { Window } from './schedule.js';

/** Monitoring plans §4: how far a measuring series has come. Pure, days from 1; cloud and home ask it. */

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

/** What of a reading decides whether a series has enough. */
export interface InSeries {
  /** Day of the series, 1 = the day it started. */
  readonly day: number;
  readonly window: string;
}

export interface Run<Reading extends InSeries> {
  readonly status: 'running' | 'complete' | 'insufficient';
  /** The day of the series after which the status was reached. */
  readonly lastDay: number;
  /** The readings that the mean is made of, each weighing the same. */
  readonly kept: readonly Reading[];
  readonly daysKept: number;
  /** Every reading that was taken in a window, the dropped ones included. */
  readonly taken: readonly Reading[];
}

/** The night evaluation: a day of a series is over then (§5). */
export const NIGHT_MINUTE = 180;

/** The last local day that is over for a series at an instant. */
export function lastDayOver(calendar: Calendar, now: number): number {
  const today = calendar.dayOf(now);
  return now >= calendar.instant(today, NIGHT_MINUTE) ? today - 1 : today - 2;
}

/**
 * The state of a series of which the days up to `throughDay` are over. It is complete as soon as
 * enough is kept, the extension days included, and insufficient when they did not help.
 */
export function runSeries<Reading extends InSeries>(
  rules: SeriesRules,
  readings: readonly Reading[],
  throughDay: number,
): Run<Reading> {
  const lastPossible = rules.lengthDays + rules.maxExtensionDays;
  for (let lastDay = rules.lengthDays; lastDay <= lastPossible; lastDay += 1) {
    const figures = figuresThrough(rules, readings, lastDay);
    if (lastDay > throughDay) return { status: 'running', lastDay, ...figures };
    if (isEnough(rules, figures)) return { status: 'complete', lastDay, ...figures };
  }
  const figures = figuresThrough(rules, readings, lastPossible);
  return { status: 'insufficient', lastDay: lastPossible, ...figures };
}

/** Of windows that overlap, the one whose target is nearest to a minute of the day. */
export function seriesWindow<One extends Pick<Window, 'from' | 'to' | 'target'>>(
  windows: readonly One[],
  minute: number,
): One | undefined {
  const distance = ({ target }: One) => Math.abs(minutesIn(target) - minute);
  const [window] = windows
    .filter(({ from, to }) => minutesIn(from) <= minute && minute <= minutesIn(to))
    .toSorted((a, b) => distance(a) - distance(b));
  return window;
}

type Figures<Reading extends InSeries> = Pick<Run<Reading>, 'kept' | 'daysKept' | 'taken'>;

function isEnough(
  { minReadings, minDays }: SeriesRules,
  { kept, daysKept }: Figures<InSeries>,
): boolean {
  return kept.length >= minReadings && daysKept >= minDays;
}

function figuresThrough<Reading extends InSeries>(
  rules: SeriesRules,
  readings: readonly Reading[],
  lastDay: number,
): Figures<Reading> {
  const inWindows = new Map<string, Reading[]>();
  for (const reading of readings) {
    const { day, window } = reading;
    if (day < 1 || day > lastDay || !rules.windows.includes(window)) continue;
    const key = `${day} ${window}`;
    inWindows.set(key, [...(inWindows.get(key) ?? []), reading]);
  }
  const occasions = [...inWindows.values()].map((it) => it.slice(0, rules.readingsPerWindow));
  const kept = occasions
    .flatMap((it) => (rules.dropFirstOfThree ? it.slice(1) : it))
    .filter((it) => !(rules.discardFirstDay && it.day === 1));
  return {
    kept,
    daysKept: new Set(kept.map((it) => it.day)).size,
    taken: occasions.flat(),
  };
}
