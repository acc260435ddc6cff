import { decimal } from '../../plans/decimal.js';
import type { ContactEntry } from '../log.js';
import { measure } from '../measure.js';
import { isInPeriod, personsOf } from '../scope.js';

/** Contacts that staff marked as in place of a visit, and the visits that there still were. */
export const visitsReplaced = measure({
  id: 'visits-replaced',
  needs: ['contacts'],
  compute(scope) {
    const contacts = scope.log.contacts.filter((it) => isInPeriod(scope, it.at));
    const replacing = contacts.filter((it) => it.replacesVisit);
    const visits = contacts.filter((it) => it.channel === 'visit' && !it.replacesVisit);
    const count = (rows: readonly ContactEntry[]) => ({
      ...{ value: decimal(rows.length), decimals: 0, n: personsOf(scope, rows) },
    });
    return {
      ...count(replacing),
      met: null,
      details: [
        {
          ...{ id: 'visits', unit: 'count', ...count(visits) },
          name: { sv: 'Fysiska besök i perioden', en: 'Physical visits in the period' },
        },
      ],
      note: {
        sv: 'Besök före införandet finns inte i Hemma; målet bedöms utanför.',
        en: 'Visits before the introduction are not kept here; the target is judged elsewhere.',
      },
    };
  },
});
