import type { Transaction } from 'kysely';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Tables } from '../database/schema.js';
import { findEpisode } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import type { ParameterValues } from '../plans/parameters.js';
import { startGuard } from '../plans/parameters.js';
import { problem } from '../plans/problems.js';
import { addEvent } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';
import { Units } from '../units/units.js';
import { type Person, mustMayDecide } from './authority.js';
import { type LimitsAsked, decideLimits, wholeSet } from './decide.js';
import { type UnitOutlook, predictLoad } from './dry-run.js';
import { planProblems } from './guard.js';
import type { PrescribingParts } from './parts.js';
import { PrescriptionRefused, mustHaveNoProblem } from './refused.js';
import { mustKnowPatient } from './start.js';
import { isNewer } from '../plans/versions.js';

export interface LimitsRequest extends LimitsAsked {
  /** What is to be set anew; the rest stays. */
  readonly parameters: ParameterValues;
  readonly reason: string;
}

export interface VersionRequest extends LimitsRequest {
  readonly version: string;
}

/**
 * Changes the limits of an episode from now on, with the reason. Throws {@link PrescriptionRefused} with
 * every reason at once, {@link CodedError} `not_allowed`, `not_found` or, when it is over, `wrong_state`.
 */
export async function changeLimits(
  parts: PrescribingParts,
  person: Person,
  id: string,
  request: LimitsRequest,
): Promise<void> {
  const episode = await mustGoOn(parts, id);
  mustMayDecide(person, episode);
  const plan = planOfEpisode(parts, episode);
  const outlook = await outlookOf(parts, episode, plan, request.parameters);
  await parts.db.transaction().execute(async (trx) => {
    const current = await mustGoOn({ db: trx }, id);
    await change(trx, { parts, person, episode: current, plan, request, outlook });
  });
}

/**
 * Moves an episode to a newer version of its plan: limits that both have stay as they are, and all are
 * confirmed anew. Throws as {@link changeLimits}.
 */
export async function moveToVersion(
  parts: PrescribingParts,
  person: Person,
  id: string,
  request: VersionRequest,
): Promise<void> {
  const { db, planOf } = parts;
  const episode = await mustGoOn(parts, id);
  mustMayDecide(person, episode);
  const plan = planOf(episode.plan, request.version);
  if (plan === undefined) throw new PrescriptionRefused([problem('start_plan_unknown', 'version')]);
  const { isTest } = await mustKnowPatient(db, episode.patient);
  mustHaveNoProblem([
    ...planProblems(parts, plan, { kind: episode.kind, isTest }),
    ...(isNewer(plan.version, episode.planVersion)
      ? []
      : [problem('start_plan_not_newer', 'version')]),
  ]);
  const outlook = await outlookOf(parts, episode, plan, request.parameters);
  await db.transaction().execute(async (trx) => {
    const current = await mustGoOn({ db: trx }, id);
    await trx
      .updateTable('episodes')
      .set({ plan_version: plan.version })
      .where('id', '=', id)
      .execute();
    const { version, reason } = request;
    await say(trx, { parts, person, episode: current }, { kind: 'version', version, reason });
    await change(trx, { parts, person, episode: current, plan, request, outlook });
  });
}

/** The settings that would hold: those of the episode that the plan still has, and what is asked for. */
export function nextSettings(
  { parameters }: Episode,
  plan: Plan,
  asked: ParameterValues,
): ParameterValues {
  const known = new Set(plan.parameters.map((it) => it.id));
  const kept = Object.entries(parameters).filter(([id]) => known.has(id));
  return wholeSet(plan, Object.fromEntries(kept), asked);
}

/** The version that an episode runs on. Throws {@link CodedError} `wrong_state` when it is not known here. */
export function planOfEpisode(
  { planOf }: Pick<PrescribingParts, 'planOf'>,
  { plan, planVersion }: Episode,
): Plan {
  const found = planOf(plan, planVersion);
  if (found !== undefined) return found;
  throw new CodedError('wrong_state', 'The version of its plan is not known here any more.');
}

/** Throws {@link CodedError} `not_found`, or `wrong_state` for an episode that is over. */
export async function mustGoOn({ db }: Pick<PrescribingParts, 'db'>, id: string): Promise<Episode> {
  const episode = await findEpisode(db, id);
  if (episode.endedAt === null) return episode;
  throw new CodedError('wrong_state', 'The episode is over.');
}

async function outlookOf(
  parts: PrescribingParts,
  episode: Episode,
  plan: Plan,
  asked: ParameterValues,
): Promise<UnitOutlook | null> {
  const parameters = nextSettings(episode, plan, asked);
  if (episode.unit === null || startGuard(plan, parameters).length > 0) return null;
  const unit = await new Units(parts.db).get(episode.unit);
  return predictLoad(parts, { patient: episode.patient, plan, parameters, episode, unit });
}

interface Acting {
  readonly parts: PrescribingParts;
  readonly person: Person;
  readonly episode: Episode;
}

interface Change extends Acting {
  readonly plan: Plan;
  readonly request: LimitsRequest;
  readonly outlook: UnitOutlook | null;
}

async function change(trx: Transaction<Tables>, it: Change): Promise<void> {
  const { person, episode, plan, request, outlook } = it;
  const { patient, parameters: before } = episode;
  const parameters = nextSettings(episode, plan, request.parameters);
  const shown = { patient, plan, parameters, before };
  const { problems, decision } = await decideLimits(trx, person, shown, {
    asked: request,
    outlook,
  });
  mustHaveNoProblem(problems);
  await trx
    .updateTable('episodes')
    .set({ parameters: JSON.stringify(parameters) })
    .where('id', '=', episode.id)
    .execute();
  await say(trx, it, { kind: 'limits', parameters, reason: request.reason, ...decision });
}

/** An event of staff, or of the patient, about an episode, at this moment or from an earlier one on. */
export async function say(
  trx: Transaction<Tables>,
  { parts, person, episode }: Acting,
  event: CareEvent,
  from = Infinity,
): Promise<string> {
  const now = parts.clock.wall().ms;
  const belongs = { patient: episode.patient, episode: episode.id, at: Math.min(now, from) };
  return addEvent(trx, { ...belongs, receivedAt: now, staff: person?.staff ?? null, event });
}
