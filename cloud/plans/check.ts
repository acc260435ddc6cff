import { type Plan, planSchema } from '@hemma/protocols/plans/plan.js';
import type { Content } from './content.js';
import { type Tenant, publishingGuard } from './guard.js';
import { type ParameterValues, limitProblems, startGuard, withDefaults } from './parameters.js';
import { type Problem, problem, problemsOf } from './problems.js';
import { referenceProblems } from './references.js';

interface CheckOptions {
  readonly content: Content;
  readonly tenant: Tenant;
  /** Settings of a patient for the start guard; without them only the defaults are held. */
  readonly parameters?: ParameterValues;
}

/**
 * Everything that is wrong with a plan file: its form, what it names, what keeps it from being
 * published (§9), and what keeps a patient from being started with it (§5). Empty when nothing is.
 */
export function checkPlan(text: string, options: CheckOptions): readonly Problem[] {
  const { plan, problems } = readPlan(text);
  if (plan === null) return problems;
  const { content, tenant, parameters } = options;
  const start =
    parameters === undefined
      ? limitProblems(plan, withDefaults(plan, {}))
      : startGuard(plan, parameters);
  return [
    ...referenceProblems(plan, content),
    ...publishingGuard({ plan, content, tenant }),
    ...start,
  ];
}

interface ReadPlan {
  readonly plan: Plan | null;
  readonly problems: readonly Problem[];
}

function readPlan(text: string): ReadPlan {
  const json = parseJson(text);
  if (json === undefined) return { plan: null, problems: [problem('plan_not_json', '')] };
  const { data, error } = planSchema.safeParse(json);
  if (error === undefined) return { plan: data, problems: [] };
  return { plan: null, problems: problemsOf('plan_malformed', error) };
}

/** Undefined for what is not JSON, which no JSON is. Some editors put a mark before it, which is no part. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch {
    return undefined;
  }
}
