import { parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { loadCatalogue } from '../catalogue.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import type { ParameterValues } from '../plans/parameters.js';
import type { Person } from '../prescribing/authority.js';
import type { LimitsAsked } from '../prescribing/decide.js';
import type { PrescribingParts } from '../prescribing/parts.js';
import { Staff } from '../staff/staff.js';
import { PlanPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import type { CommandContext, CommonOptions } from './context.js';
import { openLibrary } from './library.js';

/** What the commands that prescribe have in common. */

export interface ActingOptions extends CommonOptions {
  /** Staff reference; without it, it is the patient alone. */
  readonly as?: string;
}

/** Options of a command that sets limits. */
export interface LimitOptions extends ActingOptions {
  readonly parameters: string;
  readonly confirm?: string;
  readonly confirmedBy?: string;
  readonly overBudget?: string;
}

export async function partsOf({ database, clock }: CommandContext): Promise<PrescribingParts> {
  const { db } = database;
  const library = await openLibrary({ database });
  const { content, planOf } = library;
  return {
    ...{ db, clock, content, library, planOf },
    catalogue: loadCatalogue(contentDir()),
    worklist: new Worklist(db, new PlanPromises(planOf)),
  };
}

/** Who acts. Throws `not_found` or, for one who has left, `not_allowed`. */
export async function personOf(
  { database }: CommandContext,
  options: ActingOptions,
): Promise<Person> {
  return options.as === undefined ? null : new Staff(database.db).actor(options.as);
}

/** The running episode of a plan. Throws {@link CodedError} `not_found`. */
export async function episodeOf(
  { database }: CommandContext,
  patient: string,
  plan: string,
): Promise<string> {
  const running = await runningEpisodes(database.db, [patient]);
  const episode = running.find((it) => it.plan === plan);
  if (episode !== undefined) return episode.id;
  throw new CodedError('not_found', `The patient does not follow "${plan}".`);
}

/** Throws {@link CodedError} `request_invalid`. */
export function readParameters(text: string): ParameterValues {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CodedError('request_invalid', 'The values are not JSON.');
  }
  const parameters = parameterValuesSchema.safeParse(value);
  if (parameters.success) return parameters.data;
  throw new CodedError('request_invalid', 'The values are not of the form {"id": value}.');
}

export function limitsAsked(options: LimitOptions): LimitsAsked {
  return {
    digest: options.confirm ?? null,
    confirmedBy: options.confirmedBy ?? null,
    overBudgetReason: options.overBudget ?? null,
  };
}
