import { idSchema } from '@hemma/protocols/plans/text.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import type { StaffedHours } from '@hemma/protocols/api/units.js';
import type { Kysely, Selectable } from 'kysely';
import { nextStaffed } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { shownName } from '../people/people.js';

/** A care unit. */
export interface Unit {
  /** Short id that staff choose: `heart-clinic`. */
  readonly id: string;
  readonly name: string;
  readonly hours: StaffedHours;
  /** Member of staff who answers, and who stands in; null while nobody is named. */
  readonly responsible: string | null;
  readonly substitute: string | null;
  /** Minutes a week that the unit has for findings. */
  readonly budgetMinutes: number;
}

export type UnitSettings = Omit<Unit, 'id'>;

/** A week of one person. */
export const maxBudgetMinutes = 2_400;
/** All units of a region. */
const maxUnits = 2_000;

/** The care units and their coverage. */
export class Units {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Throws {@link CodedError} `request_invalid` for an id that is none or is taken. */
  async add(id: string, settings: UnitSettings, at: number): Promise<void> {
    if (!idSchema.safeParse(id).success)
      throw new CodedError(
        'request_invalid',
        'An id has letters, digits and hyphens: "heart-clinic".',
      );
    const added = await this.#db
      .insertInto('units')
      .values({ id, ...(await this.#columns(id, settings)), created_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows !== 1n)
      throw new CodedError('request_invalid', 'There is a unit with this id.');
  }

  /** Changes what is named. Throws {@link CodedError} `not_found` or `request_invalid`. */
  async set(id: string, changes: Partial<UnitSettings>): Promise<void> {
    const columns = await this.#columns(id, { ...(await this.find(id)), ...changes });
    await this.#db.updateTable('units').set(columns).where('id', '=', id).execute();
  }

  /** Throws {@link CodedError} `not_found`. */
  async find(id: string): Promise<Unit> {
    const unit = await this.get(id);
    if (unit === null) throw new CodedError('not_found', `There is no unit "${id}".`);
    return unit;
  }

  /** Null when there is none. */
  async get(id: string): Promise<Unit | null> {
    const row = await this.#db
      .selectFrom('units')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : toUnit(row);
  }

  async list(): Promise<readonly Unit[]> {
    const rows = await this.#db
      .selectFrom('units')
      .selectAll()
      .orderBy('name')
      .limit(maxUnits)
      .execute();
    return rows.map(toUnit);
  }

  async #columns(id: string, settings: UnitSettings) {
    const { name, hours, responsible, substitute, budgetMinutes } = settings;
    if (budgetMinutes < 0 || budgetMinutes > maxBudgetMinutes)
      throw new CodedError(
        'request_invalid',
        `A budget is 0 to ${maxBudgetMinutes} minutes a week.`,
      );
    if (responsible !== null && responsible === substitute)
      throw new CodedError('request_invalid', 'Nobody stands in for themselves.');
    for (const staff of [responsible, substitute])
      if (staff !== null && !(await worksAt(this.#db, staff, id)))
        throw new CodedError('request_invalid', 'Somebody who is named does not work here.');
    return {
      ...{ name: shownName(name), responsible, substitute, budget_minutes: budgetMinutes },
      hours: JSON.stringify(hours),
    };
  }
}

/** The staffed hours of a row: written by `Units` from the same schema. */
export function hoursOf({ hours }: { readonly hours: string }): StaffedHours {
  return staffedHoursSchema.parse(JSON.parse(hours));
}

function toUnit(row: Selectable<Tables['units']>): Unit {
  return {
    ...{ id: row.id, name: row.name, responsible: row.responsible, substitute: row.substitute },
    hours: hoursOf(row),
    budgetMinutes: row.budget_minutes,
  };
}

/** Whether somebody works at a unit, or for the whole region, and has not left. */
async function worksAt(db: Kysely<Tables>, staff: string, unit: string): Promise<boolean> {
  const row = await db
    .selectFrom('staff')
    .select(['unit', 'left_at'])
    .where('ref', '=', staff)
    .executeTakeFirst();
  return row?.left_at === null && (row.unit === null || row.unit === unit);
}

/** What a unit lacks before it can answer for anybody. */
export type Uncovered = 'no-hours' | 'no-responsible' | 'no-substitute';

/** Everything that keeps a unit from covering a patient from an instant on; empty when nothing does. */
export async function uncovered(
  db: Kysely<Tables>,
  unit: Unit,
  at: number,
): Promise<readonly Uncovered[]> {
  const works = async (staff: string | null) =>
    staff !== null && (await worksAt(db, staff, unit.id));
  return [
    ...(nextStaffed(unit.hours, at) === null ? (['no-hours'] as const) : []),
    ...((await works(unit.responsible)) ? [] : (['no-responsible'] as const)),
    ...((await works(unit.substitute)) ? [] : (['no-substitute'] as const)),
  ];
}
