import type { StartablePlan, UnitList } from '@hemma/protocols/api/prescribing.js';
import type { Problem } from '../../api.js';
import type { Member } from '../../me.js';
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

/** Who may begin a kind (requirements R5 to R7), by the key of the text that says so. */
const mayBegin = {
  prescribed: 'onlyLicensed',
  recommended: 'onlyStaff',
  'self-initiated': 'onlyPatient',
} as const;

/** What a person may begin; null is the patient, alone. */
export function kindsFor({ kinds }: StartablePlan, me: Member | null): readonly MonitoringKind[] {
  return kinds.filter((it) => {
    if (it === 'self-initiated') return me === null;
    return me !== null && (me.licensed || it === 'recommended');
  });
}

/** Who may begin a plan that a person may not; null when they may. */
export function whoElse(plan: StartablePlan, me: Member | null) {
  const [first] = plan.kinds;
  if (first === undefined || kindsFor(plan, me).length > 0) return null;
  return mayBegin[plan.kinds.includes('recommended') ? 'recommended' : first];
}

/** An empty form; null when the person may not begin this plan. */
export function draftOf(plan: StartablePlan, me: Member | null, unit: string): Draft | null {
  const [kind] = kindsFor(plan, me);
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
