import type { Text } from '@hemma/protocols/plans/text.js';
import type { EndReason } from '../../episodes/tables.js';
import { decimal } from '../../plans/decimal.js';
import { measure } from '../measure.js';
import { isInPeriod, persons } from '../scope.js';

type DropoutReason = Exclude<EndReason, 'goal-reached' | 'plan-end'>;

const reasons: Readonly<Record<DropoutReason, Text>> = {
  'patient-wish': { sv: 'Patientens önskan', en: 'Patient wish' },
  moved: { sv: 'Flyttad till annan vård', en: 'Moved to other care' },
  technical: { sv: 'Teknik', en: 'Technical' },
  'not-suitable': { sv: 'Inte lämpligt', en: 'Not suitable' },
  'no-contact': { sv: 'Ingen kontakt', en: 'No contact' },
  other: { sv: 'Annat', en: 'Other' },
};

/** Of the episodes that ended in the period without being completed; no reason is "other". */
export const dropout = measure({
  id: 'dropout',
  needs: [],
  compute(scope) {
    const ended = scope.log.episodes.flatMap((it) => {
      const { patient, endedAt, endReason } = it;
      const isCompleted = endReason === 'goal-reached' || endReason === 'plan-end';
      if (endedAt === null || isCompleted || !isInPeriod(scope, endedAt)) return [];
      return [{ patient, reason: endReason ?? 'other' }];
    });
    return {
      ...{ value: decimal(ended.length), decimals: 0, n: persons(ended), met: null },
      details: Object.entries(reasons).map(([reason, name]) => {
        const rows = ended.filter((it) => it.reason === reason);
        const value = decimal(rows.length);
        return {
          ...{ id: reason, name, value, decimals: 0, unit: 'count' },
          ...{ n: persons(rows), cells: 'reason' },
        };
      }),
    };
  },
});
