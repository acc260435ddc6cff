import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';
import { parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import type { Tables } from '../database/schema.js';
import type { ParameterValues } from '../plans/parameters.js';
import { received } from './check.js';

export interface AskedPatient {
  readonly ref: string;
  readonly plan: string | null;
  readonly parameters: ParameterValues;
}

const paramsSchema = z.strictObject({ ref: patientRefSchema });

/** The patient that an address names. Throws `request_invalid` or `not_found`. */
export async function askedPatient(db: Kysely<Tables>, params: unknown): Promise<AskedPatient> {
  const { ref } = received(paramsSchema, params);
  const row = await db
    .selectFrom('patients')
    .select(['plan', 'parameters'])
    .where('ref', '=', ref)
    .executeTakeFirst();
  if (row === undefined)
    throw new CodedError('not_found', 'There is no patient with this reference.');
  const parameters = parameterValuesSchema.parse(JSON.parse(row.parameters));
  return { ref, plan: row.plan, parameters };
}
