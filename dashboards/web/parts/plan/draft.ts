import type { StartablePlan, UnitList } from '@hemma/protocols/api/prescribing.js';
import type { Problem } from '../../api.js';
import { valuesOf } from './setting-text.js';
import type { SettingValues } from './setting-text.js';

type MonitoringKind = StartablePlan['kinds'][number];

/** A plan as it is filled in, before it begins. */
export interface Draft {
  readonly plan: StartablePlan;
  readonly kind: MonitoringKind;
  /** Empty until one is chosen. */
  readonly unit: string;
  readonly suitability: readonly string[];
  readonly parameters: SettingValues;
}

/** What a person may begin: staff what care answers for, a patient alone what is their own. */
export function kindsFor({ kinds }: StartablePlan, isStaff: boolean): readonly MonitoringKind[] {
  return kinds.filter((it) => (it === 'self-initiated') !== isStaff);
}

/** An empty form; null when nobody who sits here may begin this plan. */
export function draftOf(plan: StartablePlan, isStaff: boolean, unit: string): Draft | null {
  const [kind] = kindsFor(plan, isStaff);
  if (kind === undefined) return null;
  return { plan, kind, unit, suitability: [], parameters: valuesOf(plan.parameters, {}) };
}

/** What is wrong with it beside its limits, in the codes that the server has for it. */
export function draftProblems(
  { plan, kind, unit, suitability }: Draft,
  units: UnitList['units'],
): readonly Problem[] {
  const { problems } = plan;
  if (kind === 'self-initiated') return problems;
  const open = plan.suitability.filter((it) => it.required && !suitability.includes(it.id));
  const chosen = units.find((it) => it.id === unit);
  return [
    ...problems,
    ...(chosen?.problems ?? [{ code: 'start_unit_missing', path: 'unit', message: '' }]),
    ...open.map(({ id, text }) => ({
      ...{ code: 'start_suitability_open', path: `suitability.${id}`, message: text.en },
    })),
  ];
}
