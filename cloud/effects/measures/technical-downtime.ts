import { type Decimal, decimal } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { Downtime } from '../log.js';
import { type Detail, measure } from '../measure.js';
import { type Scope, inPlan, persons } from '../scope.js';
import { percent } from '../statistics.js';

const hourMs = 3_600_000;

/** What the causes are called; another is shown by its code. */
const causeNames: Readonly<Record<string, Text>> = {
  'device-battery': { sv: 'Apparatens batteri', en: 'Battery of the device' },
  'bond-lost': { sv: 'Parkopplingen borta', en: 'Bond lost' },
  'device-fault': { sv: 'Fel på apparaten', en: 'Fault of the device' },
  'gateway-fault': { sv: 'Fel på hemmanavet', en: 'Fault of the gateway' },
  'gateway-offline': { sv: 'Hemmanavet utan förbindelse', en: 'Gateway offline' },
  'cloud-backlog': { sv: 'Kö i molnet', en: 'Backlog in the cloud' },
};

/**
 * Hours in which values could not come, by cause. Times of one cause that overlap in one home count
 * once; the value counts a home once, whatever causes and devices were down at the same time.
 */
export const technicalDowntime = measure({
  id: 'technical-downtime',
  needs: ['downtimes'],
  own: {
    id: 'technical-downtime',
    name: { sv: 'Tekniska avbrott', en: 'Technical downtime' },
    unit: 'hours per patient-week',
    formula:
      'hours in which a technical cause kept values from coming / weeks in plan; by cause, a home counted once',
    baseline: '-',
    target: '-',
    level: 'patient, plan, unit',
    source: 'own',
    requirements: [],
  },
  compute(scope) {
    const downtimes = scope.log.downtimes;
    const days = [...scope.daysInPlan.values()].reduce((sum, it) => sum + it.size, 0);
    const hours = hoursOf(scope, downtimes);
    const n = scope.daysInPlan.size;
    const causes = [...groupBy(downtimes, (it) => it.cause)].toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    return {
      ...{ value: days === 0 ? null : hours.times(7).div(days), decimals: 2, n, met: null },
      details: [
        {
          ...{ id: 'hours', value: hours, unit: 'hours', decimals: 1, n },
          name: { sv: 'Timmar, alla orsaker', en: 'Hours, all causes' },
        },
        ...causes.flatMap(([cause, rows]) => causeDetails(scope, cause, rows)),
      ],
    };
  },
});

function causeDetails(scope: Scope, cause: string, rows: readonly Downtime[]): readonly Detail[] {
  const hit = rows.filter((it) => stretchesOf(scope, it).length > 0);
  const n = persons(hit);
  const { sv, en } = causeNames[cause] ?? { sv: cause, en: cause };
  const homes = percent(n, scope.daysInPlan.size);
  return [
    {
      ...{ id: `${cause}.hours`, unit: 'hours', decimals: 1, n, cells: 'hours' },
      name: { sv: `${sv}, timmar`, en: `${en}, hours` },
      value: hoursOf(scope, rows),
    },
    {
      ...{ id: `${cause}.homes`, value: homes, unit: '%', decimals: 1, n, cells: 'homes' },
      name: { sv: `${sv}, andel av patienterna`, en: `${en}, share of the patients` },
    },
  ];
}

function stretchesOf(scope: Scope, { patient, from, until }: Downtime) {
  const end = Math.min(until ?? scope.log.until, scope.log.until);
  return inPlan(scope, patient, from, end);
}

function hoursOf(scope: Scope, downtimes: readonly Downtime[]): Decimal {
  const homes = groupBy(downtimes, (it) => `${it.patient} ${it.gateway}`);
  const ms = [...homes.values()]
    .map((rows) => unionMs(rows.flatMap((it) => stretchesOf(scope, it))))
    .reduce((sum, it) => sum + it, 0);
  return decimal(ms).div(hourMs);
}

/** The length of stretches together, what they share counted once. */
function unionMs(stretches: readonly (readonly [number, number])[]): number {
  let total = 0;
  let reached = -Infinity;
  for (const [from, until] of stretches.toSorted(([a], [b]) => a - b)) {
    total += Math.max(0, until - Math.max(from, reached));
    reached = Math.max(reached, until);
  }
  return total;
}
