import type { Plan } from '@hemma/protocols/plans/plan.js';
import { runningEpisodes } from '../episodes/episodes.js';
import type { Problem } from '../plans/problems.js';
import { problem } from '../plans/problems.js';
import type { PrescribingParts } from './parts.js';
import { mustKnowPatient } from './start.js';

/** A plan with what keeps it from starting for a patient, whatever is filled in. */
export interface ListedPlan {
  readonly plan: Plan;
  readonly problems: readonly Problem[];
}

/** All plans in their newest version. Throws `not_found` for the patient. */
export async function plansFor(
  { db, library }: PrescribingParts,
  patient: string,
): Promise<readonly ListedPlan[]> {
  const { isTest } = await mustKnowPatient(db, patient);
  const followed = new Set((await runningEpisodes(db, [patient])).map((it) => it.plan));
  return [...library.newest(isTest).values()].map((plan) => ({
    plan,
    problems: [
      ...(plan.status === 'draft' && !isTest ? [problem('start_plan_draft', 'plan')] : []),
      ...(followed.has(plan.id) ? [problem('start_follows_already', 'plan')] : []),
    ],
  }));
}
