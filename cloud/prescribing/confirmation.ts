import { createHash } from 'node:crypto';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { ParameterValues } from '../plans/parameters.js';
import { withDefaults } from '../plans/parameters.js';
import type { Problem } from '../plans/problems.js';
import { problem } from '../plans/problems.js';

/** Limits as they are shown to the professional who confirms them. */
export interface ShownLimits {
  readonly patient: string;
  readonly plan: Plan;
  /** What is set; the rest has the defaults of the plan. */
  readonly parameters: ParameterValues;
  /** What holds until then; null when it begins. */
  readonly before: ParameterValues | null;
}

/** What a professional gives back: the digest of what they saw. */
export interface Confirmation {
  readonly digest: string;
  /** Staff reference of who saw it. */
  readonly by: string;
  readonly isLicensed: boolean;
}

/** Sixty-four bits of SHA-256: nobody forges it, it only tells one screen from another. */
const digestLength = 16;

/**
 * Names the limits that were confirmed. Other values, another version or limits that somebody else has
 * changed meanwhile give another digest, so that what is confirmed on an old screen is refused.
 */
export function digestOf({ patient, plan, parameters, before }: ShownLimits): string {
  const shown = {
    ...{ patient, plan: plan.id, version: plan.version },
    parameters: inOrder(withDefaults(plan, parameters)),
    before: before && inOrder(before),
  };
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, digestLength);
}

/** What is missing for these limits to be confirmed; nothing for what a patient follows alone. */
export function confirmationProblems(
  shown: ShownLimits,
  confirmation: Confirmation | null,
): readonly Problem[] {
  if (confirmation?.isLicensed !== true)
    return [problem('start_limits_unconfirmed', 'confirmation')];
  if (confirmation.digest === digestOf(shown)) return [];
  return [problem('start_limits_stale', 'confirmation')];
}

function inOrder(values: ParameterValues): readonly (readonly [string, unknown])[] {
  return Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
