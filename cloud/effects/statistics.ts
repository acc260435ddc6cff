import jStat from 'jstat';
import { type Decimal, decimal, mean, roundHalfUp, sampleDeviation } from '../plans/decimal.js';

/** Mean, spread and 95 % confidence interval of a sample. */
export interface Summary {
  readonly n: number;
  readonly mean: Decimal | null;
  /** Sample standard deviation (n − 1); null for fewer than two values. */
  readonly deviation: Decimal | null;
  /** Mean ± t · SD / √n with Student's t; null for fewer than two values. */
  readonly interval: readonly [Decimal, Decimal] | null;
}

/** Both ends of 95 % leave 2.5 % each. */
const upperTail = 0.975;
/** As far as the quantile of the library is right; far beyond what is shown. */
const quantileDecimals = 6;

export function summary(values: readonly Decimal[]): Summary {
  const centre = mean(values);
  const deviation = sampleDeviation(values);
  if (centre === null || deviation === null)
    return { n: values.length, mean: centre, deviation, interval: null };
  const half = tQuantile(values.length - 1)
    .times(deviation)
    .div(decimal(values.length).sqrt());
  const interval = [centre.minus(half), centre.plus(half)] as const;
  return { n: values.length, mean: centre, deviation, interval };
}

/** The factor of a two-sided 95 % interval for so many degrees of freedom. */
export function tQuantile(degrees: number): Decimal {
  return roundHalfUp(decimal(jStat.studentt.inv(upperTail, degrees)), quantileDecimals);
}

/**
 * The standardised effect of paired differences, d_z: their mean by their standard deviation. Null
 * when nobody differs from anybody else.
 */
export function standardisedEffect({ mean: centre, deviation }: Summary): Decimal | null {
  return centre === null || deviation === null || deviation.eq(0) ? null : centre.div(deviation);
}

/** 100 · part / whole; null of nothing. */
export function percent(part: number, whole: number): Decimal | null {
  return whole === 0 ? null : decimal(part).times(100).div(whole);
}
