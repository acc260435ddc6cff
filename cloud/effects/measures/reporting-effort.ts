import { compare, decimal, median } from '../../plans/decimal.js';
import { measure } from '../measure.js';
import { isInPeriod, personsOf } from '../scope.js';

const secondMs = 1_000;

/** Of values that were reported on a device that was known already; the value is in seconds. */
export const reportingEffort = measure({
  id: 'reporting-effort',
  needs: ['reports'],
  compute(scope, [mostTaps, mostSeconds]) {
    const reports = scope.log.reports.filter(
      (it) => it.returning && isInPeriod(scope, it.openedAt) && it.storedAt >= it.openedAt,
    );
    const n = personsOf(scope, reports);
    const taps = median(reports.map((it) => decimal(it.taps)));
    const seconds = median(reports.map((it) => decimal(it.storedAt - it.openedAt).div(secondMs)));
    const isJudged = taps !== null && seconds !== null;
    return {
      ...{ value: seconds, decimals: 1, n },
      met:
        !isJudged || mostTaps === undefined || mostSeconds === undefined
          ? null
          : compare(taps, '<=', decimal(mostTaps)) && compare(seconds, '<=', decimal(mostSeconds)),
      details: [
        {
          ...{ id: 'taps', value: taps, unit: 'taps', decimals: 1, n },
          name: { sv: 'Tryck, median', en: 'Taps, median' },
        },
        {
          ...{ id: 'seconds', value: seconds, unit: 's', decimals: 1, n },
          name: { sv: 'Sekunder, median', en: 'Seconds, median' },
        },
      ],
    };
  },
});
