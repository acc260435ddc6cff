import type { Kysely } from 'kysely';
import type { MonitoringKind, Plan } from '@hemma/protocols/plans/plan.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { nextStaffed } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { DAY_MS } from '@hemma/protocols/plans/calendar.js';
import type { Problem } from '../plans/problems.js';
import { problem } from '../plans/problems.js';
import { uncovered, Units } from '../units/units.js';
import type { Uncovered, Unit } from '../units/units.js';
import type { PrescribingParts } from './parts.js';

/**
 * A draft may run for test persons alone (monitoring plans §9.8), in the kinds that it names (R5–R7);
 * nobody begins what is retired.
 */
export function planProblems(
  { library }: Pick<PrescribingParts, 'library'>,
  plan: Plan,
  { kind, isTest }: { readonly kind: MonitoringKind; readonly isTest: boolean },
): readonly Problem[] {
  return [
    ...(library.isRetired(plan.id, plan.version) ? [problem('start_plan_retired', 'plan')] : []),
    ...(plan.status === 'draft' && !isTest ? [problem('start_plan_draft', 'plan')] : []),
    ...(plan.monitoringKinds.includes(kind) ? [] : [problem('start_kind_not_allowed', 'kind')]),
  ];
}

/** Every required item of the checklist is ticked (monitoring plans §1). */
export function suitabilityProblems(plan: Plan, ticked: readonly string[]): readonly Problem[] {
  const open = plan.suitability.filter((it) => it.required && !ticked.includes(it.id));
  return open.map((it) => problem('start_suitability_open', `suitability.${it.id}`, it.text.en));
}

/** The unit that is to answer, and why it cannot. */
export interface CheckedUnit {
  readonly unit: Unit | null;
  readonly problems: readonly Problem[];
}

/** What is measured today is looked at within two weeks, summer or not; else nothing new begins. */
const maxAwayMs = 14 * DAY_MS;

const codeOf: Readonly<Record<Uncovered, ErrorCode>> = {
  'no-hours': 'start_no_coverage',
  'no-responsible': 'start_no_responsible',
  'no-substitute': 'start_no_substitute',
};

/**
 * "Not for emergencies" is honest only where somebody looks in staffed time: hours in the coming days,
 * one who is responsible and one who stands in, who both work there still.
 */
export async function checkUnit(
  db: Kysely<Tables>,
  id: string | null,
  now: number,
): Promise<CheckedUnit> {
  const unit = id === null ? null : await new Units(db).get(id);
  if (unit === null) return { unit, problems: [problem('start_unit_missing', 'unit')] };
  const next = nextStaffed(unit.hours, now);
  const lacks = new Set(await uncovered(db, unit, now));
  if (next === null || next - now > maxAwayMs) lacks.add('no-hours');
  return { unit, problems: [...lacks].map((it) => problem(codeOf[it], 'unit')) };
}
