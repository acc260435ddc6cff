import type { Transaction } from 'kysely';
import { dueAt } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import type { FindingRow } from '../rules/finding-rows.js';
import { hoursOf } from '../units/units.js';

/** Which unit answers a finding, and by when. */
export interface Promised {
  readonly unit: string | null;
  /** Milliseconds since 1970 UTC; null where nothing is promised. */
  readonly dueAt: number | null;
}

/** Tells by when an answer is promised. */
export interface Promises {
  of(trx: Transaction<Tables>, finding: FindingRow): Promise<Promised>;
}

/** Where nothing is promised: no unit answers. */
export const noPromises: Promises = { of: () => Promise.resolve({ unit: null, dueAt: null }) };

/** What the plan promises (monitoring plans §1, `response`), in the staffed hours of the unit. */
export class PlanPromises implements Promises {
  readonly #planOf: PlanOf;

  constructor(planOf: PlanOf) {
    this.#planOf = planOf;
  }

  async of(trx: Transaction<Tables>, finding: FindingRow): Promise<Promised> {
    const row = await trx
      .selectFrom('episodes')
      .leftJoin('units', 'units.id', 'episodes.unit')
      .select(['episodes.unit', 'units.hours'])
      .where('episodes.id', '=', finding.episode)
      .executeTakeFirst();
    const plan = this.#planOf(finding.plan, finding.plan_version);
    const within = plan?.response[finding.severity]?.withinWorkingDays;
    if (row?.hours == null || within === undefined) return { unit: row?.unit ?? null, dueAt: null };
    const hours = hoursOf({ hours: row.hours });
    return { unit: row.unit, dueAt: dueAt(hours, finding.found_at, within) };
  }
}
