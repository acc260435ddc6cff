import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { runningEpisodes } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { withDefaults } from '../plans/parameters.js';
import { Units } from '../units/units.js';
import type { Unit } from '../units/units.js';

/** The parameter of a plan that promises an answer to text, in working days. */
const responseParameter = 'responseDays';
/** Where the plan has none: what those that have it begin with. */
export const defaultResponseDays = 2;

/** Who answers the messages of a patient. */
export interface Answering {
  readonly episode: Episode;
  readonly unit: Unit;
  readonly workingDays: number;
}

/**
 * The unit of what the patient follows: first of a plan that promises an answer to text, else of the one
 * that began last. Null where nothing goes on, or where the patient follows it alone: then nobody answers.
 */
export async function answeringFor(
  db: Kysely<Tables>,
  planOf: PlanOf,
  patient: string,
): Promise<Answering | null> {
  const answered = (await runningEpisodes(db, [patient])).filter((it) => it.unit !== null);
  const promised = answered.map((episode) => ({ episode, days: promisedDays(episode, planOf) }));
  const chosen = promised.findLast((it) => it.days !== null) ?? promised.at(-1);
  if (chosen?.episode.unit == null) return null;
  const unit = await new Units(db).find(chosen.episode.unit);
  return { episode: chosen.episode, unit, workingDays: chosen.days ?? defaultResponseDays };
}

function promisedDays({ plan: id, planVersion, parameters }: Episode, planOf: PlanOf) {
  const plan = planOf(id, planVersion);
  const days = plan && withDefaults(plan, parameters)[responseParameter];
  return typeof days === 'number' ? days : null;
}
