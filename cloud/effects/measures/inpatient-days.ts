import type { Decimal } from '../../plans/decimal.js';
import { compare, decimal } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import type { EffectLog, EpisodeEntry, Inpatient, InpatientStay } from '../log.js';
import { measure } from '../measure.js';
import { type Scope, isInPeriod, persons } from '../scope.js';

/** 12 months, so that both windows have the same length. */
const yearDays = 365;

interface Window {
  readonly patient: string;
  readonly days: number;
  readonly observed: number;
}

/**
 * Of the first episode of a plan that each patient started in the period: the 12 months before its
 * start and the 12 months from it on, as far as the import covers them and the time has come.
 */
export const inpatientDays = measure({
  id: 'inpatient-days',
  needs: ['inpatient'],
  compute(scope) {
    const started = firstStarts(scope);
    const stays = groupBy(scope.log.inpatient.stays, (it) => it.patient);
    const window = (it: EpisodeEntry, offset: number) =>
      windowOf(scope, it, { offset, stays: stays.get(it.patient) ?? [] });
    const before = started.map((it) => window(it, -yearDays));
    const after = started.map((it) => window(it, 0));
    const value = perYear(after);
    const base = perYear(before);
    const observed = after.filter((it) => it.observed > 0);
    const n = persons(observed);
    const years = decimal(after.reduce((sum, it) => sum + it.observed, 0)).div(yearDays);
    return {
      ...{ value, decimals: 2, n },
      met: value === null || base === null ? null : compare(value, '<', base),
      baseline: { value: base, decimals: 2, n: persons(before.filter((it) => it.observed > 0)) },
      details: [
        {
          ...{ id: 'days-after', unit: 'days', decimals: 0, n },
          name: { sv: 'Vårddagar efter start', en: 'Days after the start' },
          value: decimal(after.reduce((sum, it) => sum + it.days, 0)),
        },
        {
          ...{ id: 'days-before', unit: 'days', decimals: 0, n },
          name: { sv: 'Vårddagar 12 månader före start', en: 'Days 12 months before the start' },
          value: decimal(before.reduce((sum, it) => sum + it.days, 0)),
        },
        {
          ...{ id: 'years-after', unit: 'patient-years', decimals: 2, n, value: years },
          name: { sv: 'Patientår efter start', en: 'Patient-years after the start' },
        },
      ],
    };
  },
});

type Imported = Scope<EffectLog & { readonly inpatient: Inpatient }>;

function firstStarts(scope: Scope): readonly EpisodeEntry[] {
  const started = scope.log.episodes
    .filter((it) => isInPeriod(scope, it.startedAt) && icdOf(scope, it).length > 0)
    .toSorted((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  const byRun = groupBy(started, (it) => `${it.patient} ${it.plan}`);
  return [...byRun.values()].flatMap(([first]) => first ?? []);
}

function icdOf({ content }: Scope, { plan }: EpisodeEntry): readonly string[] {
  return content.plans.get(plan)?.condition.icd10se ?? [];
}

interface Year {
  /** Days from the start of the episode to the beginning of the window. */
  readonly offset: number;
  readonly stays: readonly InpatientStay[];
}

/** One window, cut to what is covered. */
function windowOf(scope: Imported, episode: EpisodeEntry, { offset, stays }: Year): Window {
  const { calendar, until, inpatient } = scope.log;
  const begin = calendar.dayOf(episode.startedAt) + offset;
  const from = Math.max(begin, inpatient.coversFrom);
  const to = Math.min(begin + yearDays - 1, inpatient.coversTo, calendar.dayOf(until));
  const codes = icdOf(scope, episode).map(plainCode);
  const forThis = stays.filter((it) =>
    codes.some((code) => plainCode(it.mainDiagnosis).startsWith(code)),
  );
  return {
    patient: episode.patient,
    days: careDays(forThis, from, to),
    observed: Math.max(0, to - from + 1),
  };
}

/** Each day once, however many stays it is part of; none of the day of discharge but the only one. */
function careDays(stays: readonly InpatientStay[], from: number, to: number): number {
  const days = new Set<number>();
  for (const { fromDay, toDay } of stays) {
    const last = toDay === null ? to : Math.max(fromDay, toDay - 1);
    for (let day = Math.max(fromDay, from); day <= Math.min(last, to); day += 1) days.add(day);
  }
  return days.size;
}

/** Chapters of ICD-10-SE are written with and without the dot. */
function plainCode(code: string): string {
  return code.replace('.', '').toUpperCase();
}

function perYear(windows: readonly Window[]): Decimal | null {
  const observed = windows.reduce((sum, it) => sum + it.observed, 0);
  const days = windows.reduce((sum, it) => sum + it.days, 0);
  return observed === 0 ? null : decimal(days).times(yearDays).div(observed);
}
