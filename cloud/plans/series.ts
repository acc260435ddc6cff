import type { InSeries, Run } from '@hemma/protocols/plans/series-run.js';
import { type Decimal, mean } from './decimal.js';

/** Monitoring plans §4: the values of a measuring series and their average. */

export interface SeriesReading extends InSeries {
  readonly id: string;
  readonly values: Readonly<Record<string, Decimal>>;
  readonly irregularPulse: boolean;
  readonly knownAt: number;
}

export interface SeriesRun extends Run<SeriesReading> {
  /** The instant and the local calendar day at which the last day was over. */
  readonly at: number;
  readonly day: number;
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
