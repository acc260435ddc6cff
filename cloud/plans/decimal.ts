import Big from 'big.js';
import type { Comparison } from '@hemma/protocols/plans/text.js';

/**
 * Decimal arithmetic for everything that is compared with a limit (monitoring plans §3.4):
 * 82.3 − 80.3 is exactly 2.0. Rounding is half up, for negative values away from zero, which is
 * what decimal libraries mean by it: a loss is rounded like a gain.
 */
export type Decimal = Big;

export function decimal(value: number | string): Decimal {
  return new Big(value);
}

export function roundHalfUp(value: Decimal, decimals: number): Decimal {
  return value.round(decimals, Big.roundHalfUp);
}

/**
 * The same of a number as measured. Most have no more decimals than are shown, which plain arithmetic
 * can tell: a quotient of whole numbers is the double that is nearest to the decimal.
 */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  if (Math.round(value * scale) / scale === value) return value;
  return roundHalfUp(decimal(value), decimals).toNumber();
}

const holdsFor: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '=': (order) => order === 0,
  '>=': (order) => order >= 0,
  '>': (order) => order > 0,
};

export function compare(left: Decimal, op: Comparison, right: Decimal): boolean {
  return holdsFor[op](left.cmp(right));
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Big(0));
}

/** Null for no values, here and below: there is no mean of nothing. */
export function mean(values: readonly Decimal[]): Decimal | null {
  return values.length === 0 ? null : sum(values).div(values.length);
}

export function median(values: readonly Decimal[]): Decimal | null {
  const sorted = values.toSorted((a, b) => a.cmp(b));
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  return upper === undefined || lower === undefined ? null : upper.plus(lower).div(2);
}

export function smallest(values: readonly Decimal[]): Decimal | null {
  return values.reduce<Decimal | null>((min, it) => (min?.lte(it) ? min : it), null);
}

export function largest(values: readonly Decimal[]): Decimal | null {
  return values.reduce<Decimal | null>((max, it) => (max?.gte(it) ? max : it), null);
}

/** Standard deviation of a sample (n − 1); null for fewer than two values. */
export function sampleDeviation(values: readonly Decimal[]): Decimal | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  return sum(values.map((value) => value.minus(centre).pow(2)))
    .div(values.length - 1)
    .sqrt();
}
