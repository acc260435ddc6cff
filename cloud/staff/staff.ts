import { randomBytes } from 'node:crypto';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import { shownName } from '../people/people.js';
import type { Actor, Role } from './actor.js';

/** Somebody who works here, or did. */
export interface StaffMember extends Actor {
  readonly displayName: string;
  /** Null for those who serve the whole region. */
  readonly unit: string | null;
  /** Milliseconds since 1970 UTC; null while they work here. */
  readonly leftAt: number | null;
}

export type NewStaffMember = Pick<StaffMember, 'displayName' | 'roles' | 'licensed' | 'unit'>;

const refOctets = 8;
/** Everybody of a region; a list that a page chooses from. */
const maxStaff = 5_000;
/** Parameters of one statement; databases have a limit of their own above it. */
const maxAsked = 500;

/** The staff: names beside references, as of patients, and nowhere else. */
export class Staff {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Gives the reference. Throws {@link CodedError} `request_invalid` or, for the unit, `not_found`. */
  async add(member: NewStaffMember, at: number): Promise<string> {
    const ref = `s-${randomBytes(refOctets).toString('hex')}`;
    const display_name = shownName(member.displayName);
    if (member.roles.length === 0) throw new CodedError('request_invalid', 'No role is given.');
    if (member.unit !== null) await this.#mustKnowUnit(member.unit);
    await this.#db
      .insertInto('staff')
      .values({
        ...{ ref, display_name, roles: JSON.stringify(member.roles), unit: member.unit },
        ...{ licensed: Number(member.licensed), created_at: at, left_at: null },
      })
      .execute();
    return ref;
  }

  /**
   * Who acts, by reference. Throws {@link CodedError} `not_found` for one that is not known, and
   * `not_allowed` for one who has left.
   */
  async actor(ref: string): Promise<Actor> {
    const member = (await this.#select().where('ref', '=', ref).execute()).map(toMember)[0];
    if (member === undefined)
      throw new CodedError('not_found', 'There is no such member of staff.');
    if (member.leftAt !== null) throw new CodedError('not_allowed', 'This person has left.');
    const { staff, roles, licensed } = member;
    return { staff, roles, licensed };
  }

  /** They work here no more; the rest stays. Doing it again changes nothing. */
  async leave(ref: string, at: number): Promise<void> {
    await this.actor(ref);
    await this.#db.updateTable('staff').set({ left_at: at }).where('ref', '=', ref).execute();
  }

  /** Those who work here, by name. */
  async list(): Promise<readonly StaffMember[]> {
    const rows = await this.#select()
      .where('left_at', 'is', null)
      .orderBy('display_name')
      .orderBy('ref')
      .limit(maxStaff)
      .execute();
    return rows.map(toMember);
  }

  /** Names by reference, of those who have left as well. */
  async names(refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (let i = 0; i < refs.length; i += maxAsked) {
      const rows = await this.#select()
        .where('ref', 'in', refs.slice(i, i + maxAsked))
        .execute();
      for (const row of rows) names.set(row.ref, row.display_name);
    }
    return names;
  }

  async #mustKnowUnit(id: string): Promise<void> {
    const unit = await this.#db
      .selectFrom('units')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    if (unit === undefined) throw new CodedError('not_found', `There is no unit "${id}".`);
  }

  #select() {
    return this.#db
      .selectFrom('staff')
      .select(['ref', 'display_name', 'roles', 'licensed', 'unit', 'left_at']);
  }
}

function toMember(row: {
  ref: string;
  display_name: string;
  roles: string;
  licensed: number;
  unit: string | null;
  left_at: number | null;
}): StaffMember {
  return {
    staff: row.ref,
    displayName: row.display_name,
    // Written by `add` from the same type.
    roles: JSON.parse(row.roles) as Role[],
    licensed: row.licensed === 1,
    unit: row.unit,
    leftAt: row.left_at,
  };
}
