import type { Text } from '@hemma/protocols/plans/text.js';
import { compare, decimal } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import type { EffectLog, EpisodeEntry, OccasionEntry, PersonEntry } from '../log.js';
import { type Detail, measure } from '../measure.js';
import { type Scope, isInPeriod, persons, personsOf } from '../scope.js';
import { percent } from '../statistics.js';
import { dueOccasions, isKept } from './adherence-measurements.js';
import { isCompleted } from './completion-rate.js';

interface Band {
  readonly id: string;
  readonly name: Text;
}

/** Lowest age of each band, in years reached during the year in which the period ends. */
const ages = [0, 18, 45, 65, 75, 85] as const;
const sexes = { female: { sv: 'Kvinnor', en: 'Women' }, male: { sv: 'Män', en: 'Men' } } as const;
const unknown: Band = { id: 'unknown', name: { sv: 'Okänt', en: 'Unknown' } };

const groupings: Readonly<Record<string, (person: PersonEntry, year: number) => Band>> = {
  age: ({ birthYear }, year) => (birthYear === null ? unknown : ageBand(year - birthYear)),
  sex: ({ sex }) => (sex === null ? unknown : { id: sex, name: sexes[sex] }),
  municipality: ({ municipality: it }) =>
    it === null ? unknown : { id: it, name: { sv: it, en: it } },
};

/**
 * Who starts, completes and keeps to the plan, by age, sex and municipality. The value is the largest
 * distance below the mean in adherence of a band that is large enough to be shown.
 */
export const equity = measure({
  id: 'equity',
  needs: ['people', 'occasions'],
  compute(scope, [most]) {
    const all = factsOf(scope);
    const mean = adherenceOf(all.occasions);
    const bands = bandsOf(scope, all);
    const gaps = bands
      .filter((it) => it.grouped.id !== unknown.id)
      .filter((it) => personsOf(scope, it.occasions) >= scope.content.smallCellLimit)
      .flatMap((it) => adherenceOf(it.occasions) ?? [])
      .map((it) => mean?.minus(it) ?? decimal(0));
    const value = gaps.reduce<typeof mean>((max, it) => (max?.gte(it) ? max : it), null);
    return {
      ...{ value, decimals: 1, n: personsOf(scope, all.occasions) },
      met: value === null || most === undefined ? null : compare(value, '<=', decimal(most)),
      details: bands.flatMap((it) => bandDetails(scope, it)),
      note: {
        sv: 'Värdet är hur många procentenheter den lägsta gruppen ligger under medel.',
        en: 'The value is by how many points the lowest group is below the mean.',
      },
    };
  },
});

interface Facts {
  readonly started: readonly EpisodeEntry[];
  readonly occasions: readonly OccasionEntry[];
}

interface BandFacts extends Facts {
  readonly grouping: string;
  readonly grouped: Band;
}

type Known = Scope<
  EffectLog & {
    readonly people: readonly PersonEntry[];
    readonly occasions: readonly OccasionEntry[];
  }
>;

function factsOf(scope: Known): Facts {
  return {
    started: scope.log.episodes.filter((it) => isInPeriod(scope, it.startedAt)),
    occasions: dueOccasions(scope, scope.log.occasions),
  };
}

function bandsOf(scope: Known, all: Facts): readonly BandFacts[] {
  const year = new Date(scope.span.untilAt - 1).getUTCFullYear();
  const people = new Map(scope.log.people.map((it) => [it.patient, it]));
  return Object.entries(groupings).flatMap(([grouping, bandOf]) => {
    const bands = new Map<string, Band>();
    const idOf = (patient: string) => {
      const person = people.get(patient);
      const band = person === undefined ? unknown : bandOf(person, year);
      bands.set(band.id, band);
      return band.id;
    };
    const patientOf = (it: OccasionEntry) => scope.episodes.get(it.episode)?.patient ?? '';
    const started = groupBy(all.started, (it) => idOf(it.patient));
    const occasions = groupBy(all.occasions, (it) => idOf(patientOf(it)));
    return [...bands.values()].toSorted(byId).map((grouped) => ({
      ...{ grouping, grouped },
      started: started.get(grouped.id) ?? [],
      occasions: occasions.get(grouped.id) ?? [],
    }));
  });
}

function bandDetails(
  scope: Scope,
  { grouping, grouped, started, occasions }: BandFacts,
): readonly Detail[] {
  const completed = started.filter(isCompleted);
  const part = (id: string, sv: string, en: string) => ({
    id: `${grouping}.${grouped.id}.${id}`,
    name: { sv: `${grouped.name.sv}, ${sv}`, en: `${grouped.name.en}, ${en}` },
    cells: `${grouping}.${id}`,
  });
  const count = (rows: readonly EpisodeEntry[]) => ({
    ...{ value: decimal(rows.length), decimals: 0, unit: 'count', n: persons(rows) },
  });
  return [
    { ...part('started', 'startade', 'started'), ...count(started) },
    { ...part('completed', 'slutförda', 'completed'), ...count(completed) },
    {
      ...part('adherence', 'följsamhet', 'adherence'),
      ...{ value: adherenceOf(occasions), decimals: 1, unit: '%' },
      n: personsOf(scope, occasions),
    },
  ];
}

function adherenceOf(occasions: readonly OccasionEntry[]) {
  return percent(occasions.filter(isKept).length, occasions.length);
}

function ageBand(age: number): Band {
  const from = ages.findLast((it) => it <= age) ?? 0;
  const next = ages[ages.indexOf(from) + 1];
  const id = next === undefined ? `${from}+` : `${from}-${next - 1}`;
  return { id, name: { sv: `${id} år`, en: `${id} years` } };
}

function byId(a: Band, b: Band): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
