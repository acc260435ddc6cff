import type { TrendSeries } from '@hemma/protocols/api/clinic.js';
import type { Texts } from '../texts/i18n.js';

/** The goal in words; empty when there is none. */
export function goalText(series: TrendSeries, { t, number }: Texts): string {
  const { goal } = series;
  if (goal === null) return '';
  const low = goal.low === null ? null : number(goal.low, series.decimals);
  const high = goal.high === null ? null : number(goal.high, series.decimals);
  if (low !== null && high !== null) return t('goalBetween', { low, high });
  return low === null ? t('goalBelow', { high }) : t('goalAbove', { low });
}
