import { type Decimal, mean, roundHalfUp, sampleDeviation } from '../../plans/decimal.js';
import type { Lookup } from '../../plans/lookup.js';
import { type SeriesRun, keptValues, seriesMean } from '../../plans/series.js';
import { shortNames } from './rows.js';

/** Figures are told to four decimals; what is shown is rounded as the measurement is. */
const FIGURE_DECIMALS = 4;

interface FigureOptions {
  readonly members: readonly string[];
  readonly windows: readonly string[];
  readonly lookup: Pick<Lookup, 'decimals'>;
}

/** The results of a series (§4) as the answer of a dry run tells them. */
export function seriesFigures(run: SeriesRun, options: FigureOptions): Record<string, unknown> {
  const { members, windows, lookup } = options;
  const [main = ''] = members;
  // The pulse is a companion: it is in the mean of the series, and not in what is shown of it.
  const shown = members.filter((it) => it !== 'pulse_rate');
  const means = members.map(
    (it) => [`mean${capital(shortName(it))}`, figure(seriesMean(run, it))] as const,
  );
  return {
    readingsKept: run.kept.length,
    daysKept: run.daysKept,
    status: run.status,
    ...Object.fromEntries(means),
    ...Object.fromEntries(windows.map((it) => [it, windowFigures(run, shown, it)])),
    [`sd${capital(shortName(main))}`]: figure(sampleDeviation(keptValues(run, main))),
    shown: shownText(run, shown, lookup),
  };
}

function windowFigures(run: SeriesRun, members: readonly string[], window: string): object {
  const means = members.map(
    (it) => [shortName(it), figure(mean(keptValues(run, it, window)))] as const,
  );
  return { n: run.kept.filter((it) => it.window === window).length, ...Object.fromEntries(means) };
}

function shownText(
  run: SeriesRun,
  members: readonly string[],
  lookup: Pick<Lookup, 'decimals'>,
): string | null {
  const rounded = members.map((member) => {
    const value = seriesMean(run, member);
    return value && roundHalfUp(value, lookup.decimals(member)).toFixed(lookup.decimals(member));
  });
  return rounded.includes(null) ? null : rounded.join('/');
}

function figure(value: Decimal | null): number | null {
  return value && roundHalfUp(value, FIGURE_DECIMALS).toNumber();
}

function shortName(member: string): string {
  return [...shortNames].find(([, id]) => id === member)?.[0] ?? member;
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
