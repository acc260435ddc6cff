import type { NotCounted } from '@hemma/protocols/api/prescribing.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { toEpisode } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { DAY_MS } from '@hemma/protocols/plans/calendar.js';
import type { ParameterValues } from '../plans/parameters.js';
import type { Unit } from '../units/units.js';
import {
  type BySeverity,
  type TaskMinutes,
  lookBackDays,
  minutesOf,
  minutesPerTask,
  unitLoad,
  usualMinutes,
} from './minutes.js';
import type { PrescribingParts } from './parts.js';
import { notCountedOf } from './not-counted.js';
import { type Outcome, replay } from './replay.js';

/** Limits that somebody thinks of, before they are confirmed. */
export interface Considered {
  readonly patient: string;
  readonly plan: Plan;
  /** The whole set. */
  readonly parameters: ParameterValues;
  /** The running episode whose limits would change; null for one that would begin. */
  readonly episode: Episode | null;
  readonly unit: Unit | null;
}

/** An outcome with what it takes of a week. */
export interface Weekly extends Outcome {
  readonly tasksPerWeek: number;
  readonly minutesPerWeek: number;
}

/** What is expected of the unit, all its patients included. */
export interface UnitOutlook {
  readonly id: string;
  readonly budgetMinutes: number;
  /** A week of the last 90 days, without this episode. */
  readonly currentMinutes: number;
  /** With these limits; null when neither this patient nor a similar one has a history. */
  readonly expectedMinutes: number | null;
  readonly isOverBudget: boolean;
}

export interface Prediction {
  readonly lookBackDays: number;
  readonly taskMinutes: TaskMinutes;
  /** Null: this patient has no values in that time. */
  readonly patient: Weekly | null;
  readonly similar: Similar | null;
  readonly unit: UnitOutlook | null;
  /** What is in none of these figures, so that nobody takes them for more than they are. */
  readonly notCounted: NotCounted[];
}

/** Patients who follow or followed the same plan, each as a whole. */
export interface Similar {
  readonly patients: number;
  /** True when more follow the plan than were looked at. */
  readonly truncated: boolean;
  /** Of all of them together. */
  readonly findings: BySeverity;
  readonly tasks: BySeverity;
  readonly missing: BySeverity;
  /** Of one of them. */
  readonly tasksPerWeek: number;
  readonly minutesPerWeek: number;
}

/** A clinician waits for the answer: as many as are replayed in a few seconds, the newest first. */
const maxSimilar = 50;

/**
 * The dry run (H7 of the safety list): what these limits would have raised over the last 90 days for
 * this patient and for patients on the same plan, as tasks and minutes a week against the budget of
 * the unit. Computed by the engine that judges patients, from the same journal and record.
 */
export async function predict(
  parts: PrescribingParts,
  considered: Considered,
): Promise<Prediction> {
  const { taskMinutes, patient } = await ownPrediction(parts, considered);
  const similar = await similarPatients(parts, considered, taskMinutes.minutes);
  const added = patient ?? similar;
  const unit = await outlook(parts, { considered, added, minutes: taskMinutes.minutes });
  const notCounted = notCountedOf(considered.plan);
  return { lookBackDays, taskMinutes, patient, similar, unit, notCounted };
}

/** The unit's part of the dry run alone; other patients are looked at only where this one is new. */
export async function predictLoad(
  parts: PrescribingParts,
  considered: Considered,
): Promise<UnitOutlook | null> {
  const { taskMinutes, patient } = await ownPrediction(parts, considered);
  const { minutes } = taskMinutes;
  const added = patient ?? (await similarPatients(parts, considered, minutes));
  return outlook(parts, { considered, added, minutes });
}

async function ownPrediction(
  parts: PrescribingParts,
  considered: Considered,
): Promise<Pick<Prediction, 'taskMinutes' | 'patient'>> {
  const { unit } = considered;
  const taskMinutes: TaskMinutes =
    unit === null
      ? { minutes: usualMinutes, basis: 'usual' }
      : await minutesPerTask(parts.db, unit.id, parts.clock.wall().ms);
  const own = await replay(parts, considered);
  return { taskMinutes, patient: own && weekly(own, taskMinutes.minutes) };
}

interface Added {
  readonly considered: Considered;
  readonly added: { readonly minutesPerWeek: number } | null;
  readonly minutes: BySeverity;
}

async function outlook(
  { db, clock }: PrescribingParts,
  { considered: { unit, episode }, added, minutes }: Added,
): Promise<UnitOutlook | null> {
  if (unit === null) return null;
  const { id, budgetMinutes } = unit;
  const except = episode?.id ?? null;
  const asked = { unit: id, except, now: clock.wall().ms };
  const currentMinutes = await unitLoad(db, asked, minutes);
  const expectedMinutes = added && currentMinutes + added.minutesPerWeek;
  const isOverBudget = (expectedMinutes ?? 0) > budgetMinutes;
  return { id, budgetMinutes, currentMinutes, expectedMinutes, isOverBudget };
}

async function similarPatients(
  parts: PrescribingParts,
  considered: Considered,
  minutes: BySeverity,
): Promise<Similar | null> {
  const episodes = await episodesLike(parts, considered);
  const outcomes: Outcome[] = [];
  for (const episode of episodes.slice(0, maxSimilar)) {
    // Other requests are answered meanwhile.
    await nextTurn();
    const parameters = limitsFor(episode, considered);
    const { patient } = episode;
    const outcome = await replay(parts, { patient, plan: considered.plan, parameters, episode });
    if (outcome !== null) outcomes.push(outcome);
  }
  if (outcomes.length === 0) return null;
  const rates = outcomes.map((it) => weekly(it, minutes));
  return {
    patients: outcomes.length,
    truncated: episodes.length > maxSimilar,
    findings: total(outcomes.map((it) => it.findings)),
    tasks: total(outcomes.map((it) => it.tasks)),
    missing: total(outcomes.map((it) => it.missing)),
    tasksPerWeek: sum(rates.map((it) => it.tasksPerWeek)) / rates.length,
    minutesPerWeek: sum(rates.map((it) => it.minutesPerWeek)) / rates.length,
  };
}

/** What the plan has no default for (a target weight) is one patient's own, and stays so. */
function limitsFor(
  { parameters: own }: Episode,
  { plan, parameters }: Considered,
): ParameterValues {
  const personal = plan.parameters.filter((it) => it.default === null).map((it) => it.id);
  const kept = personal.map((id) => [id, own[id] ?? null] as const);
  return { ...parameters, ...Object.fromEntries(kept) };
}

async function episodesLike(
  { db, clock }: PrescribingParts,
  { patient, plan }: Considered,
): Promise<readonly Episode[]> {
  const since = clock.wall().ms - lookBackDays * DAY_MS;
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where('plan', '=', plan.id)
    .where('patient', '<>', patient)
    .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>=', since)]))
    .orderBy('started_at', 'desc')
    .orderBy('id')
    .limit(maxSimilar + 1)
    .execute();
  return rows.map(toEpisode);
}

function weekly(outcome: Outcome, minutes: BySeverity): Weekly {
  const tasks = total([outcome.tasks, outcome.missing]);
  const weeks = outcome.days / 7;
  return {
    ...outcome,
    tasksPerWeek: (tasks.info + tasks.yellow + tasks.red) / weeks,
    minutesPerWeek: minutesOf(tasks, minutes) / weeks,
  };
}

function total(counts: readonly BySeverity[]): BySeverity {
  return {
    info: sum(counts.map((it) => it.info)),
    yellow: sum(counts.map((it) => it.yellow)),
    red: sum(counts.map((it) => it.red)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, it) => all + it, 0);
}
