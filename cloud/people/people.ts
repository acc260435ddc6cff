import { randomBytes } from 'node:crypto';
import { CodedError } from '@hemma/protocols/errors.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';

/** The patients: the only place where a name stands beside the random reference. */

export interface Patient {
  readonly ref: string;
  readonly displayName: string;
  /** Does not exist: only they may run a plan that is published for test. */
  readonly isTest: boolean;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
}

export interface NewPatient {
  readonly displayName: string;
  readonly ref?: string;
  readonly isTest?: boolean;
}

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
    const name = shownName(patient.displayName);
    const added = await this.#db
      .insertInto('patients')
      .values({
        ref,
        display_name: name,
        test_person: Number(patient.isTest ?? false),
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
      .select(['ref', 'display_name', 'test_person', 'created_at']);
  }
}

/** The name as it is kept. Throws {@link CodedError} `request_invalid` for one that cannot be shown. */
export function shownName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > maxDisplayName)
    throw new CodedError('request_invalid', `A name has 1 to ${maxDisplayName} characters.`);
  // The command line prints names in tables on terminals.
  if (/\p{Cc}/u.test(name))
    throw new CodedError('request_invalid', 'A name has no line breaks or control characters.');
  return name;
}

function toPatient(row: {
  ref: string;
  display_name: string;
  test_person: number;
  created_at: number;
}): Patient {
  return {
    ref: row.ref,
    displayName: row.display_name,
    isTest: row.test_person === 1,
    createdAt: row.created_at,
  };
}
