import { describe, expect, it } from 'vitest';
import { decimal } from '../plans/decimal.js';
import { percent, standardisedEffect, summary, tQuantile } from './statistics.js';

const decimals = (...values: readonly number[]) => values.map((it) => decimal(it));

describe('Student t', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, upper tail 0.025.
  it.each([
    [1, '12.706'],
    [2, '4.303'],
    [3, '3.182'],
    [4, '2.776'],
    [5, '2.571'],
    [6, '2.447'],
    [7, '2.365'],
    [8, '2.306'],
    [9, '2.262'],
    [10, '2.228'],
    [15, '2.131'],
    [20, '2.086'],
    [25, '2.060'],
    [29, '2.045'],
    [30, '2.042'],
    [40, '2.021'],
    [60, '2.000'],
    [80, '1.990'],
    [100, '1.984'],
  ])('has for %i degrees of freedom %s', (degrees, tabled) => {
    expect(tQuantile(degrees).toFixed(3)).toBe(tabled);
  });

  it('comes to the normal distribution', () => {
    expect(tQuantile(1_000_000).toFixed(3)).toBe('1.960');
  });
});

describe('a summary', () => {
  // −8, −6, −4, −2, 0: mean −4, squared distances 16 + 4 + 0 + 4 + 16 = 40, SD √10 = 3.1623,
  // half width 2.776445 · 3.1623 / √5 = 3.9265.
  it('is as worked out by hand', () => {
    const found = summary(decimals(-8, -6, -4, -2, 0));
    expect(found.mean?.toNumber()).toBe(-4);
    expect(found.deviation?.toFixed(4)).toBe('3.1623');
    expect(found.interval?.map((it) => it.toFixed(3))).toEqual(['-7.926', '-0.074']);
    expect(standardisedEffect(found)?.toFixed(4)).toBe('-1.2649');
  });

  it('says nothing of the spread of one value, and nothing at all of none', () => {
    expect(summary(decimals(3))).toMatchObject({ n: 1, deviation: null, interval: null });
    expect(summary([])).toEqual({ n: 0, mean: null, deviation: null, interval: null });
  });

  it('has no standardised effect where everybody changes alike', () => {
    expect(standardisedEffect(summary(decimals(-3, -3, -3)))).toBeNull();
  });

  it('has no share of nothing', () => {
    expect(percent(0, 0)).toBeNull();
    expect(percent(1, 3)?.toFixed(2)).toBe('33.33');
  });
});
