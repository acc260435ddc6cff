import { compare, decimal, median } from '../../plans/decimal.js';
import { measure } from '../measure.js';
import { isInPeriod, persons } from '../scope.js';

/** Days of the local calendar, of the episodes that were prescribed in the period. */
export const timeToStart = measure({
  id: 'time-to-start',
  needs: [],
  compute(scope, [most]) {
    const { episodes, calendar } = scope.log;
    const prescribed = episodes.filter((it) => isInPeriod(scope, it.prescribedAt));
    const begun = prescribed.flatMap(({ patient, prescribedAt, firstValueAt }) => {
      if (firstValueAt === null) return [];
      const days = calendar.dayOf(firstValueAt) - calendar.dayOf(prescribedAt);
      return [{ patient, days: decimal(Math.max(0, days)) }];
    });
    const waiting = prescribed.filter((it) => it.firstValueAt === null);
    const value = median(begun.map((it) => it.days));
    return {
      ...{ value, decimals: 1, n: persons(begun) },
      met: value === null || most === undefined ? null : compare(value, '<=', decimal(most)),
      details: [
        {
          ...{ id: 'without-value', unit: 'count', decimals: 0, n: persons(waiting) },
          name: { sv: 'Ännu utan värde', en: 'Without a value yet' },
          value: decimal(waiting.length),
        },
      ],
    };
  },
});
