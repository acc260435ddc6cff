import { describe, expect, it } from 'vitest';
import { decimal } from './decimal.js';
import { runSeries } from '@hemma/protocols/plans/series-run.js';
import type { SeriesRules } from '@hemma/protocols/plans/series-run.js';
import { type SeriesReading, seriesMean } from './series.js';

const rules: SeriesRules = {
  lengthDays: 7,
  windows: ['morning', 'evening'],
  readingsPerWindow: 2,
  dropFirstOfThree: false,
  discardFirstDay: true,
  minReadings: 12,
  minDays: 3,
  maxExtensionDays: 3,
};

/** `perWindow` readings of 130 mmHg in both windows of each day. */
function readings(days: readonly number[], perWindow = 2): readonly SeriesReading[] {
  return days.flatMap((day) =>
    ['morning', 'evening'].flatMap((window) =>
      Array.from({ length: perWindow }, (_, i) => ({
        id: `${day}-${window}-${i}`,
        day,
        window,
        values: { systolic_bp: decimal(130 + i) },
        irregularPulse: false,
        knownAt: 0,
      })),
    ),
  );
}

const after = (days: readonly number[], throughDay: number, own: Partial<SeriesRules> = {}) => {
  const run = runSeries({ ...rules, ...own }, readings(days, own.readingsPerWindow), throughDay);
  return [run.status, run.lastDay, run.kept.length, run.daysKept];
};

describe('a series', () => {
  it('is running until its last day is over, however much there is', () => {
    expect(after([1, 2, 3, 4, 5, 6, 7], 6)).toEqual(['running', 7, 24, 6]);
    expect(after([1, 2, 3, 4, 5, 6, 7], 7)).toEqual(['complete', 7, 24, 6]);
  });

  it('is complete with 12 kept readings on 3 days, not with 11, not on 2 days', () => {
    expect(after([1, 2, 3, 4], 7)).toEqual(['complete', 7, 12, 3]);
    const one = readings([1, 2, 3, 4]).slice(0, -1);
    expect(runSeries(rules, one, 7)).toMatchObject({ status: 'running', lastDay: 8 });
    expect(after([1, 2, 3], 99, { minReadings: 8 })).toEqual(['insufficient', 10, 8, 2]);
  });

  it('is extended day by day, and complete as soon as there is enough', () => {
    expect(after([1, 2, 3, 8, 9, 10], 7)).toEqual(['running', 8, 12, 3]);
    expect(after([1, 2, 3, 8, 9, 10], 8)).toEqual(['complete', 8, 12, 3]);
    expect(after([1, 2, 9, 10], 10)).toEqual(['complete', 10, 12, 3]);
  });

  it('is insufficient when three more days did not help', () => {
    expect(after([1, 2, 10, 11], 9)).toEqual(['running', 10, 8, 2]);
    expect(after([1, 2, 10, 11], 10)).toEqual(['insufficient', 10, 8, 2]);
    expect(after([], 99)).toEqual(['insufficient', 10, 0, 0]);
  });

  it('leaves out days after the last one once it is complete', () => {
    expect(after([1, 2, 3, 4, 5, 8], 99)).toEqual(['complete', 7, 16, 4]);
  });

  it('takes at most the agreed readings of a window', () => {
    const run = runSeries(rules, readings([1, 2, 3, 4], 5), 7);
    expect(run.kept).toHaveLength(12);
    expect(seriesMean(run, 'systolic_bp')?.toNumber()).toBe(130.5);
  });

  it('drops the first of three readings of each window', () => {
    const three = { readingsPerWindow: 3, dropFirstOfThree: true };
    expect(after([1, 2, 3, 4], 7, three)).toEqual(['complete', 7, 12, 3]);
    const run = runSeries({ ...rules, ...three }, readings([1, 2, 3, 4], 3), 7);
    expect(seriesMean(run, 'systolic_bp')?.toNumber()).toBe(131.5);
    expect(run.taken).toHaveLength(24);
  });

  it('can never be complete in three days, which is why four are the least', () => {
    expect(after([1, 2, 3], 99, { lengthDays: 3, maxExtensionDays: 0 })[0]).toBe('insufficient');
  });

  it('keeps day 1 of a glucose profile, and knows no other window', () => {
    expect(after([1, 2], 99, { discardFirstDay: false, minReadings: 8, minDays: 2 })[0]).toBe(
      'complete',
    );
    const noon = readings([1, 2, 3, 4]).map((it) => ({ ...it, window: 'noon' }));
    expect(runSeries(rules, noon, 99).kept).toEqual([]);
  });
});
