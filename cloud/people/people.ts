import { randomBytes } from 'node:crypto';
import { CodedError } from '@hemma/protocols/errors.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import type { Kysely } from 'kysely';
import type { ParameterValues } from '../plans/parameters.js';
import type { Tables } from '../database/schema.js';

/** The patients: the only place where a name stands beside the random reference. */

export interface Patient {
  readonly ref: string;
  readonly displayName: string;
  /** Id of the monitoring plan; null for none. */
  readonly plan: string | null;
  /** What is set for this patient in place of the plan's defaults. */
  readonly parameters: ParameterValues;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

export type NewPatient = Omit<Patient, 'ref' | 'createdAt'> & { readonly ref?: string };

/** Longest name that a page shows in one line. */
export const maxDisplayName = 100;
const refOctets = 10;

export class People {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Gives the reference. Throws {@link CodedError} `request_invalid` for a bad or taken one. */
  async add(patient: NewPatient, at: number): Promise<string> {
    const ref = patient.ref ?? `p-${randomBytes(refOctets).toString('hex')}`;
    if (!patientRefSchema.safeParse(ref).success)
      throw new CodedError(
        'request_invalid',
        'A reference is "p-" with 8 to 32 small letters and digits.',
      );
    const name = patient.displayName.trim();
    if (name === '' || name.length > maxDisplayName)
      throw new CodedError('request_invalid', `A name has 1 to ${maxDisplayName} characters.`);
    // The command line prints names in tables on terminals.
    if (/\p{Cc}/u.test(name))
      throw new CodedError('request_invalid', 'A name has no line breaks or control characters.');
    const added = await this.#db
      .insertInto('patients')
      .values({
        ref,
        display_name: name,
        plan: patient.plan,
        parameters: JSON.stringify(patient.parameters),
        created_at: at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows !== 1n)
      throw new CodedError('request_invalid', 'There is a patient with this reference.');
    return ref;
  }

  async find(ref: string): Promise<Patient | null> {
    const rows = await this.#select().where('ref', '=', ref).execute();
    return rows.map(toPatient)[0] ?? null;
  }

  async list(): Promise<readonly Patient[]> {
    const rows = await this.#select().orderBy('display_name').orderBy('ref').execute();
    return rows.map(toPatient);
  }

  #select() {
    return this.#db
      .selectFrom('patients')
      .select(['ref', 'display_name', 'plan', 'parameters', 'created_at']);
  }
}

function toPatient(row: {
  ref: string;
  display_name: string;
  plan: string | null;
  parameters: string;
  created_at: number;
}): Patient {
  return {
    ref: row.ref,
    displayName: row.display_name,
    plan: row.plan,
    // Written by `add` from the same type.
    parameters: JSON.parse(row.parameters) as Patient['parameters'],
    createdAt: row.created_at,
  };
}
