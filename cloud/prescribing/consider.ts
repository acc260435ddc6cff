import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Episode } from '../episodes/episodes.js';
import type { ParameterValues } from '../plans/parameters.js';
import { startGuard } from '../plans/parameters.js';
import type { Problem } from '../plans/problems.js';
import { problem } from '../plans/problems.js';
import { Units } from '../units/units.js';
import { digestOf } from './confirmation.js';
import { wholeSet } from './decide.js';
import { type Prediction, predict } from './dry-run.js';
import { mustGoOn, nextSettings, planOfEpisode } from './limits.js';
import type { PrescribingParts } from './parts.js';
import { PrescriptionRefused } from './refused.js';
import { mustKnowPatient, planAsked } from './start.js';

/** Limits as they are to be shown before somebody confirms them. */
export interface Shown {
  readonly plan: Plan;
  /** The whole set as it would hold. */
  readonly parameters: ParameterValues;
  /** What holds now; null when it would begin. */
  readonly before: ParameterValues | null;
  /** To be given back by who has seen them. */
  readonly digest: string;
  readonly problems: readonly Problem[];
  /** Null when something is wrong with the limits. */
  readonly prediction: Prediction | null;
}

export interface StartConsidered {
  readonly patient: string;
  readonly plan: string;
  readonly version?: string;
  readonly unit: string | null;
  readonly parameters: ParameterValues;
}

/** Shows the limits of an episode that would begin. Throws as `startEpisode` for patient and plan. */
export async function considerStart(
  parts: PrescribingParts,
  asked: StartConsidered,
): Promise<Shown> {
  const patient = await mustKnowPatient(parts.db, asked.patient);
  const plan = planAsked(parts, patient, asked);
  const set = { patient: patient.ref, plan, given: asked.parameters };
  return show(parts, set, { episode: null, unit: asked.unit });
}

/** Shows the limits, or the version, that an episode would change to. Throws as `changeLimits`. */
export async function considerChange(
  parts: PrescribingParts,
  id: string,
  { version, parameters }: { readonly version?: string; readonly parameters: ParameterValues },
): Promise<Shown> {
  const episode = await mustGoOn(parts, id);
  const plan =
    version === undefined ? planOfEpisode(parts, episode) : parts.planOf(episode.plan, version);
  if (plan === undefined) throw new PrescriptionRefused([problem('start_plan_unknown', 'version')]);
  const set = { patient: episode.patient, plan, given: nextSettings(episode, plan, parameters) };
  return show(parts, set, { episode, unit: episode.unit });
}

interface Given {
  readonly patient: string;
  readonly plan: Plan;
  readonly given: ParameterValues;
}

async function show(
  parts: PrescribingParts,
  { patient, plan, given }: Given,
  { episode, unit }: { readonly episode: Episode | null; readonly unit: string | null },
): Promise<Shown> {
  const parameters = wholeSet(plan, given);
  const before = episode?.parameters ?? null;
  const problems = startGuard(plan, given);
  const known = unit === null ? null : await new Units(parts.db).get(unit);
  const considered = { patient, plan, parameters, episode, unit: known };
  return {
    ...{ plan, parameters, before, problems },
    digest: digestOf({ patient, plan, parameters: given, before }),
    prediction: problems.length === 0 ? await predict(parts, considered) : null,
  };
}
