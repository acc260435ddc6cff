import { randomBytes } from 'node:crypto';
import type { MonitoringKind } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { ParameterValues } from '../plans/parameters.js';
import type { EndReason } from './tables.js';

/** One run of a plan for a patient. */
export interface Episode {
  readonly id: string;
  readonly patient: string;
  readonly plan: string;
  readonly planVersion: string;
  readonly kind: MonitoringKind;
  readonly parameters: ParameterValues;
  readonly unit: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly endReason: EndReason | null;
  /** What it began with; what is in force at a later time is told by `segmentsOf`. */
  readonly first: Settings;
}

/** What a plan is run with. */
export interface Settings {
  readonly planVersion: string;
  readonly parameters: ParameterValues;
}

export type NewEpisode = Omit<Episode, 'id' | 'endedAt' | 'endReason' | 'first'>;

const idOctets = 10;

/**
 * Begins an episode, and has it judged. Whether it may begin is decided where it is prescribed. Gives
 * its id. Throws {@link CodedError} `wrong_state` while the patient has one of the same plan.
 */
export async function beginEpisode(
  trx: Transaction<Tables>,
  { patient, plan, planVersion, kind, parameters, unit, startedAt }: NewEpisode,
): Promise<string> {
  const id = `e-${randomBytes(idOctets).toString('hex')}`;
  const begun = await trx
    .insertInto('episodes')
    .values({
      ...{ id, patient, plan, plan_version: planVersion, kind, unit, started_at: startedAt },
      ...{ parameters: JSON.stringify(parameters), ended_at: null, end_reason: null },
      ...{ first_version: planVersion, first_parameters: JSON.stringify(parameters) },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (begun.numInsertedOrUpdatedRows !== 1n)
    throw new CodedError('wrong_state', `The patient follows "${plan}" already.`);
  await trx
    .insertInto('judgings')
    // What was measured before is history: rules look back at it, and raise nothing for it.
    .values({
      ...{ episode: id, patient, judged_until: startedAt, next_at: startedAt },
      ...{ news_from: null, missing_until: 0 },
    })
    .execute();
  return id;
}

/** Throws {@link CodedError} `not_found`. */
export async function findEpisode(db: Kysely<Tables>, id: string): Promise<Episode> {
  const row = await db.selectFrom('episodes').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new CodedError('not_found', 'There is no such episode.');
  return toEpisode(row);
}

/** The episodes that go on of these patients, oldest first. */
export async function runningEpisodes(
  db: Kysely<Tables>,
  patients: readonly string[],
): Promise<readonly Episode[]> {
  if (patients.length === 0) return [];
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where('patient', 'in', [...patients])
    .where('ended_at', 'is', null)
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows.map(toEpisode);
}

/** Every episode of a patient, the latest first. */
export async function episodesOf(db: Kysely<Tables>, patient: string): Promise<readonly Episode[]> {
  const rows = await db
    .selectFrom('episodes')
    .selectAll()
    .where('patient', '=', patient)
    .orderBy('started_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toEpisode);
}

export function toEpisode(row: Selectable<Tables['episodes']>): Episode {
  // Written here from the same type.
  const settings = (text: string) => JSON.parse(text) as ParameterValues;
  return {
    ...{ id: row.id, patient: row.patient, plan: row.plan, planVersion: row.plan_version },
    ...{ kind: row.kind, unit: row.unit, startedAt: row.started_at },
    ...{ endedAt: row.ended_at, endReason: row.end_reason },
    parameters: settings(row.parameters),
    first: {
      planVersion: row.first_version ?? row.plan_version,
      parameters: settings(row.first_parameters ?? row.parameters),
    },
  };
}
