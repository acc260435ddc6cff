import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import type { Tables } from '../database/schema.js';
import { runningEpisodes } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { received } from './check.js';

export interface AskedPatient {
  readonly ref: string;
  readonly isTest: boolean;
  /** What goes on, oldest first. */
  readonly episodes: readonly Episode[];
}

const paramsSchema = z.strictObject({ ref: patientRefSchema });

/** The patient that an address names. Throws `request_invalid` or `not_found`. */
export async function askedPatient(db: Kysely<Tables>, params: unknown): Promise<AskedPatient> {
  const { ref } = received(paramsSchema, params);
  const row = await db
    .selectFrom('patients')
    .select('test_person')
    .where('ref', '=', ref)
    .executeTakeFirst();
  if (row === undefined)
    throw new CodedError('not_found', 'There is no patient with this reference.');
  return { ref, isTest: row.test_person === 1, episodes: await runningEpisodes(db, [ref]) };
}
