import type { Kysely, Transaction } from 'kysely';
import type { MonitoringKind, Plan } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Tables } from '../database/schema.js';
import { beginEpisode, runningEpisodes } from '../episodes/episodes.js';
import { People } from '../people/people.js';
import type { Patient } from '../people/people.js';
import type { ParameterValues } from '../plans/parameters.js';
import { startGuard } from '../plans/parameters.js';
import type { Problem } from '../plans/problems.js';
import { problem } from '../plans/problems.js';
import { addEvent } from '../record/care-record.js';
import type { Unit } from '../units/units.js';
import { type Person, mustMayStart } from './authority.js';
import { type Decided, type LimitsAsked, decideLimits, wholeSet } from './decide.js';
import { type UnitOutlook, predictLoad } from './dry-run.js';
import { checkUnit, planProblems, suitabilityProblems } from './guard.js';
import type { PrescribingParts } from './parts.js';
import { PrescriptionRefused, mustHaveNoProblem } from './refused.js';

export interface StartRequest extends LimitsAsked {
  readonly patient: string;
  readonly plan: string;
  /** The newest version when it is not told. */
  readonly version?: string;
  readonly kind: MonitoringKind;
  /** The unit that answers; null for what a patient follows alone. */
  readonly unit: string | null;
  readonly parameters: ParameterValues;
  /** Ids of the items of the checklist that are ticked. */
  readonly suitability: readonly string[];
}

/**
 * Begins an episode of a plan, with the event that says who decided what. Gives its id. Throws
 * {@link PrescriptionRefused} with every reason at once, {@link CodedError} `not_allowed`, or
 * `not_found` for the patient.
 */
export async function startEpisode(
  parts: PrescribingParts,
  person: Person,
  request: StartRequest,
): Promise<string> {
  mustMayStart(person, request.kind);
  const { db, clock } = parts;
  const patient = await mustKnowPatient(db, request.patient);
  const plan = planAsked(parts, patient, request);
  const outlook = await outlookOf(parts, plan, request);
  return db.transaction().execute(async (trx) => {
    const facts = { patient, plan, outlook, now: clock.wall().ms };
    const { problems, decided, unit } = await check(trx, { parts, person, request, facts });
    mustHaveNoProblem(problems);
    return begin(trx, person, { request, plan, decided, unit, now: facts.now });
  });
}

/** The version of the plan that is asked for. Throws {@link PrescriptionRefused} `start_plan_unknown`. */
export function planAsked(
  { library, planOf }: Pick<PrescribingParts, 'library' | 'planOf'>,
  { isTest }: Patient,
  { plan, version }: Pick<StartRequest, 'plan' | 'version'>,
): Plan {
  const found = version === undefined ? library.newest(isTest).get(plan) : planOf(plan, version);
  if (found !== undefined) return found;
  throw new PrescriptionRefused([problem('start_plan_unknown', 'plan')]);
}

/** Throws {@link CodedError} `not_found`. */
export async function mustKnowPatient(db: Kysely<Tables>, ref: string): Promise<Patient> {
  const patient = await new People(db).find(ref);
  if (patient === null)
    throw new CodedError('not_found', 'There is no patient with this reference.');
  return patient;
}

/** What the limits would take of the unit; null when they cannot hold anyway. */
async function outlookOf(
  parts: PrescribingParts,
  plan: Plan,
  request: StartRequest,
): Promise<UnitOutlook | null> {
  if (request.kind === 'self-initiated' || startGuard(plan, request.parameters).length > 0)
    return null;
  const { unit } = await checkUnit(parts.db, request.unit, parts.clock.wall().ms);
  if (unit === null) return null;
  const parameters = wholeSet(plan, request.parameters);
  const considered = { patient: request.patient, plan, parameters, episode: null, unit };
  return predictLoad(parts, considered);
}

interface Facts {
  readonly patient: Patient;
  readonly plan: Plan;
  readonly outlook: UnitOutlook | null;
  readonly now: number;
}

interface Asked {
  readonly parts: PrescribingParts;
  readonly person: Person;
  readonly request: StartRequest;
  readonly facts: Facts;
}

interface Checked {
  readonly problems: readonly Problem[];
  readonly decided: Decided;
  readonly unit: Unit | null;
}

/** Everything in the transaction that begins it: nobody leaves the unit in between. */
async function check(
  trx: Transaction<Tables>,
  { parts, person, request, facts }: Asked,
): Promise<Checked> {
  const { patient, plan, outlook, now } = facts;
  const isAlone = request.kind === 'self-initiated';
  const followed = await runningEpisodes(trx, [patient.ref]);
  const shown = { patient: patient.ref, plan, parameters: request.parameters, before: null };
  const decided = await decideLimits(trx, person, shown, { asked: request, outlook });
  const noUnit = { unit: null, problems: [] };
  const { unit, problems } = isAlone ? noUnit : await checkUnit(trx, request.unit, now);
  return {
    ...{ decided, unit },
    problems: [
      ...planProblems(parts, plan, { kind: request.kind, isTest: patient.isTest }),
      ...(followed.some((it) => it.plan === plan.id)
        ? [problem('start_follows_already', 'plan')]
        : []),
      // The checklist is of the one who prescribes.
      ...(isAlone ? [] : suitabilityProblems(plan, request.suitability)),
      ...decided.problems,
      ...problems,
    ],
  };
}

interface Beginning {
  readonly request: StartRequest;
  readonly plan: Plan;
  readonly decided: Decided;
  readonly unit: Unit | null;
  readonly now: number;
}

async function begin(
  trx: Transaction<Tables>,
  person: Person,
  { request, plan, decided, unit, now }: Beginning,
): Promise<string> {
  const { patient, kind } = request;
  const parameters = wholeSet(plan, request.parameters);
  const started = { patient, plan: plan.id, planVersion: plan.version, kind, parameters };
  const episode = await beginEpisode(trx, {
    ...started,
    ...{ unit: unit?.id ?? null, startedAt: now },
  });
  const known = new Set(plan.suitability.map((it) => it.id));
  await addEvent(trx, {
    ...{ patient, episode, at: now, receivedAt: now, staff: person?.staff ?? null },
    event: {
      ...{ kind: 'start', parameters, ...decided.decision },
      suitability: request.suitability.filter((it) => known.has(it)),
      ...{ responsible: unit?.responsible ?? null, substitute: unit?.substitute ?? null },
    },
  });
  return episode;
}
