import type { Kysely } from 'kysely';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Tables } from '../database/schema.js';
import type { ParameterValues } from '../plans/parameters.js';
import { startGuard, withDefaults } from '../plans/parameters.js';
import type { Problem } from '../plans/problems.js';
import { problem } from '../plans/problems.js';
import type { CareEvent } from '../record/events.js';
import { Staff } from '../staff/staff.js';
import type { Person } from './authority.js';
import { type Confirmation, type ShownLimits, confirmationProblems } from './confirmation.js';
import type { UnitOutlook } from './dry-run.js';

/** What comes with limits that are to hold. */
export interface LimitsAsked {
  /** Of what was shown; null when nothing was confirmed. */
  readonly digest: string | null;
  /** The licensed professional who saw it, when that is somebody else than who acts. */
  readonly confirmedBy: string | null;
  /** Why the limits may take more time than the unit has. */
  readonly overBudgetReason: string | null;
}

type StartEvent = Extract<CareEvent, { kind: 'start' }>;
export type Decision = Pick<StartEvent, 'confirmed' | 'overBudget'>;

export interface Decided {
  readonly problems: readonly Problem[];
  /** What is kept of it with the event. */
  readonly decision: Decision;
}

/**
 * Whether limits may hold: within bounds, red beyond yellow (monitoring plans §5), confirmed by a
 * licensed professional as they were shown, and not above the budget without a reason.
 */
export async function decideLimits(
  db: Kysely<Tables>,
  person: Person,
  shown: ShownLimits,
  { asked, outlook }: { readonly asked: LimitsAsked; readonly outlook: UnitOutlook | null },
): Promise<Decided> {
  const problems = startGuard(shown.plan, shown.parameters);
  // What a patient follows alone raises nothing for care, so that nobody there answers for it.
  if (person === null) return { problems, decision: {} };
  const confirmation = await confirmationOf(db, person, asked);
  const overBudget = overBudgetOf(outlook, asked.overBudgetReason);
  const isUnexplained = outlook?.isOverBudget === true && overBudget === undefined;
  return {
    problems: [
      ...problems,
      ...confirmationProblems(shown, confirmation),
      ...(isUnexplained ? [problem('start_over_budget', 'overBudgetReason')] : []),
    ],
    decision: {
      ...(confirmation && { confirmed: { by: confirmation.by, digest: confirmation.digest } }),
      ...(overBudget && { overBudget }),
    },
  };
}

/** The settings as they would hold: what is set, and the defaults of the plan for the rest. */
export function wholeSet(plan: Plan, ...layers: readonly ParameterValues[]): ParameterValues {
  return withDefaults(plan, Object.assign({}, ...layers) as ParameterValues);
}

async function confirmationOf(
  db: Kysely<Tables>,
  actor: NonNullable<Person>,
  { digest, confirmedBy }: LimitsAsked,
): Promise<Confirmation | null> {
  if (digest === null) return null;
  const by = confirmedBy === null ? actor : await new Staff(db).actor(confirmedBy);
  return { digest, by: by.staff, isLicensed: by.licensed };
}

function overBudgetOf(outlook: UnitOutlook | null, reason: string | null): Decision['overBudget'] {
  if (outlook?.isOverBudget !== true || reason === null) return undefined;
  const { expectedMinutes, budgetMinutes } = outlook;
  return { minutes: expectedMinutes ?? 0, budget: budgetMinutes, reason };
}
