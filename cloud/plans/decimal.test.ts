import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  decimal,
  largest,
  mean,
  median,
  roundHalfUp,
  rounded,
  sampleDeviation,
  smallest,
} from './decimal.js';

const decimals = (...values: readonly number[]) => values.map((it) => decimal(it));

describe('decimal arithmetic', () => {
  it('has no binary fractions: 33.3 − 31.3 is 2.0', () => {
    expect(33.3 - 31.3 >= 2).toBe(false);
    expect(compare(decimal(33.3).minus(31.3), '>=', decimal(2))).toBe(true);
  });

  it.each([
    [84.5, 0, '85'],
    [84.4999, 0, '84'],
    [1.005, 2, '1.01'],
    [0.05, 1, '0.1'],
    [-2.5, 0, '-3'],
    [-2.4, 0, '-2'],
    [2.45, 1, '2.5'],
  ])('rounds %d half up to %i decimals: %s', (value, places, rounded) => {
    expect(roundHalfUp(decimal(value), places).toString()).toBe(rounded);
  });

  it('rounds a number as measured like its decimal, however many digits it has', () => {
    const measured = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.integer({ min: -1e7, max: 1e7 }).map((it) => it / 1000),
      fc.integer({ min: -1e5, max: 1e5 }).map((it) => (it / 10) * 1.0000000000000002),
    );
    fc.assert(
      fc.property(measured, fc.integer({ min: 0, max: 3 }), (value, places) => {
        expect(rounded(value, places) + 0).toBe(roundHalfUp(decimal(value), places).toNumber() + 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('rounds like counting on the digits, on both sides of zero', () => {
    const hundredths = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(hundredths, (it) => {
        const tenths = Math.sign(it) * Math.floor((Math.abs(it) + 5) / 10);
        const rounded = roundHalfUp(decimal(it).div(100), 1);
        expect(rounded.times(10).toNumber() + 0).toBe(tenths + 0);
      }),
    );
  });

  it('compares by every operator', () => {
    const truths = (['<', '<=', '=', '>=', '>'] as const).map((op) =>
      [1, 2, 3].map((it) => compare(decimal(it), op, decimal(2))),
    );
    expect(truths).toEqual([
      [true, false, false],
      [true, true, false],
      [false, true, false],
      [false, true, true],
      [false, false, true],
    ]);
  });

  it('has means, medians and extremes of what there is, and null of nothing', () => {
    expect(mean(decimals(1, 2, 4))?.toFixed(4)).toBe('2.3333');
    expect(median(decimals(9, 1, 5))?.toNumber()).toBe(5);
    expect(median(decimals(9, 1, 5, 6))?.toNumber()).toBe(5.5);
    expect(smallest(decimals(3, 1, 2))?.toNumber()).toBe(1);
    expect(largest(decimals(3, 1, 2))?.toNumber()).toBe(3);
    expect([mean([]), median([]), smallest([]), largest([])]).toEqual([null, null, null, null]);
  });

  it('takes the deviation of a sample, n − 1', () => {
    expect(sampleDeviation(decimals(2, 4, 4, 4, 5, 5, 7, 9))?.toFixed(4)).toBe('2.1381');
    expect(sampleDeviation(decimals(2))).toBeNull();
  });
});
