import type { Content } from './content.js';
import { type Decimal, roundHalfUp } from './decimal.js';
import { derivedMetrics } from './derived.js';

type Catalogued = Pick<Content, 'decimals'>;

/** Whether something is a measurement of the catalogue or a derived metric. */
export function isMetric(id: string, { decimals }: Catalogued): boolean {
  return decimals.has(id) || derivedMetrics.get(id) !== undefined;
}

/** Decimals of a metric: those of the catalogue, a derived one like its source, else none. */
export function decimalsOf(metric: string, { decimals }: Catalogued): number {
  return decimals.get(metric) ?? decimals.get(derivedMetrics.get(metric)?.shownLike ?? '') ?? 0;
}

/** A value as it is shown, which is also what rules compare (monitoring plans §3.4). */
export function asShown(metric: string, value: Decimal, content: Catalogued): Decimal {
  return roundHalfUp(value, decimalsOf(metric, content));
}
