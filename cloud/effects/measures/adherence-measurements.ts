import { compare, decimal } from '../../plans/decimal.js';
import type { OccasionEntry } from '../log.js';
import { type Detail, measure } from '../measure.js';
import { type Scope, personsOf } from '../scope.js';
import { percent } from '../statistics.js';

const dueStates = new Set<OccasionEntry['state']>(['done', 'done-late', 'backfilled', 'missed']);

/** Occasions of the period that were due: agreed pauses and what is still to come do not count. */
export function dueOccasions(
  { span }: Scope,
  occasions: readonly OccasionEntry[],
): readonly OccasionEntry[] {
  return occasions.filter(
    ({ day, state }) => span.fromDay <= day && day <= span.toDay && dueStates.has(state),
  );
}

/** With the required readings, inside the window or filled in after within the days of the task. */
export function isKept({ state, readings, required, daysLate, backfillDays }: OccasionEntry) {
  if (readings < required) return false;
  return state === 'done' || (state === 'backfilled' && (daysLate ?? Infinity) <= backfillDays);
}

/**
 * The formula to the letter: the same day outside the window is no part of it, and is a detail of its
 * own, so that either reading can be had.
 */
export const adherenceMeasurements = measure({
  id: 'adherence-measurements',
  needs: ['occasions'],
  compute(scope, [least]) {
    const due = dueOccasions(scope, scope.log.occasions);
    const kept = due.filter(isKept).length;
    const late = due.filter((it) => it.state === 'done-late' && it.readings >= it.required).length;
    const n = personsOf(scope, due);
    const value = percent(kept, due.length);
    const count = (id: string, number: number, sv: string, en: string): Detail => ({
      ...{ id, name: { sv, en }, value: decimal(number), decimals: 0, unit: 'count', n },
    });
    return {
      ...{ value, decimals: 1, n },
      met: value === null || least === undefined ? null : compare(value, '>=', decimal(least)),
      details: [
        count('due', due.length, 'Mättillfällen som skulle göras', 'Occasions due'),
        count(
          'kept',
          kept,
          'Gjorda i sitt fönster eller ifyllda i efterhand',
          'In time or back-filled',
        ),
        count(
          'same-day',
          late,
          'Gjorda samma dag utanför fönstret',
          'Same day, outside the window',
        ),
        {
          id: 'with-same-day',
          name: { sv: 'Följsamhet om hela dagen räknas', en: 'Adherence if the whole day counts' },
          ...{ value: percent(kept + late, due.length), decimals: 1, unit: '%', n },
        },
      ],
    };
  },
});
