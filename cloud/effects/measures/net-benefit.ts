import type { Text } from '@hemma/protocols/plans/text.js';
import { decimal, sum } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import type { ResourceEntry, ResourceKind } from '../log.js';
import { type Detail, measure } from '../measure.js';
import { isInPeriod, personsOf } from '../scope.js';
import { viewMinutes, phoneMinutes } from './therapist-minutes.js';

const names: Readonly<Record<ResourceKind, Text>> = {
  device: { sv: 'Apparater', en: 'Devices' },
  licence: { sv: 'Licenser', en: 'Licences' },
  minute: { sv: 'Minuter', en: 'Minutes' },
  visit: { sv: 'Besök', en: 'Visits' },
  'inpatient-day': { sv: 'Vårddagar', en: 'Inpatient days' },
};

/** Inputs for the controller and no sum: whether the benefit is above the cost is analysed elsewhere. */
export const netBenefit = measure({
  id: 'net-benefit',
  needs: ['heartbeats', 'contacts', 'resources'],
  compute(scope) {
    const n = scope.daysInPlan.size;
    const entered = scope.log.resources.filter((it) => isInPeriod(scope, it.at));
    const contacts = scope.log.contacts.filter((it) => isInPeriod(scope, it.at));
    const replaced = contacts.filter((it) => it.replacesVisit);
    const minutes = viewMinutes(scope).plus(phoneMinutes(scope));
    return {
      ...{ value: null, decimals: 0, n, met: null },
      details: [
        {
          ...{ id: 'minutes', value: minutes, unit: 'min', decimals: 1, n },
          name: { sv: 'Uppmätta minuter', en: 'Measured minutes' },
        },
        {
          ...{ id: 'visits-replaced', unit: 'count', decimals: 0, n: personsOf(scope, replaced) },
          name: { sv: 'Ersatta besök', en: 'Visits replaced' },
          value: decimal(replaced.length),
        },
        ...[...groupBy(entered, (it) => it.kind)].flatMap(([kind, rows]) =>
          resourceDetails(kind, rows, n),
        ),
      ],
      note: {
        sv: 'Underlag för controllern; nyttan räknas ut utanför Hemma.',
        en: 'Input for the controller; the benefit is worked out elsewhere.',
      },
    };
  },
});

function resourceDetails(
  kind: ResourceKind,
  rows: readonly ResourceEntry[],
  n: number,
): readonly Detail[] {
  const name = names[kind];
  const costs = rows.flatMap(({ quantity, unitCost }) =>
    unitCost === null ? [] : [decimal(quantity).times(unitCost)],
  );
  return [
    {
      ...{ id: `entered.${kind}`, name, unit: 'count', decimals: 1, n },
      value: sum(rows.map((it) => decimal(it.quantity))),
    },
    {
      id: `cost.${kind}`,
      name: { sv: `${name.sv}, kostnad`, en: `${name.en}, cost` },
      // A sum without some of the costs would be too low.
      value: costs.length === rows.length ? sum(costs) : null,
      ...{ unit: 'SEK', decimals: 0, n },
    },
  ];
}
