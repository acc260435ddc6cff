import { type Decimal, compare, decimal, mean } from '../../plans/decimal.js';
import { MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import type { EffectLog, Heartbeat, ContactEntry } from '../log.js';
import { measure } from '../measure.js';
import { type Scope, inPlan, isInPeriod } from '../scope.js';
import { timedWork } from '../timed-work.js';

const usualMinutes = { questionnaire: 'hemma-therapist-experience', item: 'te-minutes-usual' };

/**
 * Work in the view of a patient and telephone, on days of the period on which the patient was in the
 * plan, by the weeks of those days. A patient in two plans has one clock: the view is of the patient.
 */
export const therapistMinutes = measure({
  id: 'therapist-minutes',
  needs: ['heartbeats', 'contacts'],
  compute(scope, [most]) {
    const timed = viewMinutes(scope);
    const phone = phoneMinutes(scope);
    const days = [...scope.daysInPlan.values()].reduce((sum, it) => sum + it.size, 0);
    const weeks = decimal(days).div(7);
    const n = scope.daysInPlan.size;
    const perWeek = (minutes: Decimal) => (days === 0 ? null : minutes.div(weeks));
    const value = perWeek(timed.plus(phone));
    const detail = { decimals: 1, n };
    return {
      ...{ value, ...detail },
      met: value === null || most === undefined ? null : compare(value, '<=', decimal(most)),
      baseline: usual(scope),
      details: [
        {
          ...{ id: 'view', value: perWeek(timed), unit: 'min', ...detail },
          name: { sv: 'I patientvyn', en: 'In the patient view' },
        },
        {
          ...{ id: 'phone', value: perWeek(phone), unit: 'min', ...detail },
          name: { sv: 'I telefon', en: 'By telephone' },
        },
        {
          ...{ id: 'weeks', value: weeks, unit: 'weeks', ...detail },
          name: { sv: 'Patientveckor', en: 'Patient weeks' },
        },
      ],
    };
  },
});

type Worked = Scope<EffectLog & { readonly heartbeats: readonly Heartbeat[] }>;

/** Minutes in the views of the patients, while they are in the plan. */
export function viewMinutes(scope: Worked): Decimal {
  const ms = timedWork(scope.log.heartbeats)
    .flatMap((it) => inPlan(scope, it.patient, it.from, it.until))
    .reduce((sum, [from, until]) => sum + until - from, 0);
  return decimal(ms).div(MINUTE_MS);
}

type Contacted = Scope<EffectLog & { readonly contacts: readonly ContactEntry[] }>;

export function phoneMinutes(scope: Contacted): Decimal {
  const calls = scope.log.contacts.filter(
    (it) => it.channel === 'phone' && isInPeriod(scope, it.at) && it.at <= scope.log.until,
  );
  return decimal(calls.reduce((sum, it) => sum + it.minutes, 0));
}

/** The minutes a week that the usual way would have taken, as staff say. */
function usual(scope: Scope) {
  const answers = (scope.log.responses ?? [])
    .filter((it) => it.questionnaire === usualMinutes.questionnaire && isInPeriod(scope, it.at))
    .flatMap(({ by, answers: given }) => {
      const minutes = given[usualMinutes.item];
      return minutes == null ? [] : [{ by, minutes: decimal(minutes) }];
    });
  const n = new Set(answers.map((it) => it.by)).size;
  return { value: mean(answers.map((it) => it.minutes)), decimals: 1, n };
}
