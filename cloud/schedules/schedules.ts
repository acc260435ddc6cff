import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { scheduleSchema } from '@hemma/protocols/wire/schedule.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import type { Course } from '../plans/course.js';
import type { KeptEvent } from '../record/care-record.js';
import { pausesOf, recordOf } from '../record/patient-record.js';
import { hoursOf } from '../units/units.js';
import { compileSchedule, sealed } from './compile.js';
import { hoursText } from './hours-text.js';

type Trx = Transaction<Tables>;

/** The one zone of the calendar that rules are judged by (monitoring plans §3.3). */
const timeZone = 'Europe/Stockholm';
/** Schedules of a unit that changes its hours, in one go: the rest follows at the next look. */
const maxReviewed = 200;

/** Who tells the homes of a patient that something else is wanted; within the same transaction. */
interface Homes {
  homeChanged(trx: Trx, patient: string): Promise<void>;
}

/** Brings the schedules of homes up to date with the plans that patients follow. */
export class Schedules {
  readonly #clock: Clock;
  readonly #homes: Homes;

  constructor(clock: Clock, homes: Homes) {
    this.#clock = clock;
    this.#homes = homes;
  }

  /** Compiles the schedule of a running episode; one that says the same as before changes nothing. */
  async sync(
    trx: Trx,
    episode: Episode,
    { course, events }: { readonly course: Course; readonly events: readonly KeptEvent[] },
  ): Promise<void> {
    const { id, patient, unit } = episode;
    const now = this.#clock.wall().ms;
    const { calendar }: { calendar: Calendar } = course;
    const hours = await hoursAt(trx, unit);
    const schedule = compileSchedule({
      ...{ patient, course, timeZone },
      record: recordOf(events, id, calendar),
      pauses: pausesOf(events, id, calendar),
      hours: hours === null ? null : hoursOf({ hours }),
      today: calendar.dayOf(now),
    });
    const { revision } = schedule;
    const known = await trx
      .selectFrom('schedules')
      .select(['revision', 'hours'])
      .where('episode', '=', id)
      .executeTakeFirst();
    if (known?.revision === revision && known.hours === hours) return;
    const row = { patient, hours, ...rowOf(schedule), made_at: now };
    await trx
      .insertInto('schedules')
      .values({ episode: id, ...row })
      .onConflict((conflict) => conflict.column('episode').doUpdateSet(row))
      .execute();
    if (known?.revision !== revision) await this.#homes.homeChanged(trx, patient);
  }

  /**
   * Brings schedules up to date with the staffed hours of their units, whoever changed them: nothing
   * has to be judged anew for that. Homes are told in the same transaction, when it reads otherwise.
   */
  async review(db: Kysely<Tables>): Promise<void> {
    const rows = await db
      .selectFrom('schedules')
      .innerJoin('episodes', 'episodes.id', 'schedules.episode')
      .leftJoin('units', 'units.id', 'episodes.unit')
      .select(['schedules.episode', 'schedules.patient', 'schedule', 'revision'])
      .select('units.hours')
      .where('episodes.ended_at', 'is', null)
      .where((eb) => {
        const nobody = eb.val('');
        const told = eb.fn.coalesce('schedules.hours', nobody);
        return eb(told, '<>', eb.fn.coalesce('units.hours', nobody));
      })
      .orderBy('schedules.episode')
      .limit(maxReviewed)
      .execute();
    for (const row of rows) await db.transaction().execute((trx) => this.#retell(trx, row));
  }

  async #retell(trx: Trx, { episode, patient, hours, ...before }: Told): Promise<void> {
    // Written here from the same type.
    const schedule = JSON.parse(before.schedule) as Schedule;
    const staffed = hours === null ? null : hoursOf({ hours });
    const row = rowOf(sealed({ ...schedule, looks: hoursText(staffed) }));
    // Another may have compiled it meanwhile; then the next look finds what is left to do.
    const { numUpdatedRows } = await trx
      .updateTable('schedules')
      .set({ ...row, hours })
      .where('episode', '=', episode)
      .where('revision', '=', before.revision)
      .executeTakeFirst();
    if (numUpdatedRows > 0n && row.revision !== before.revision)
      await this.#homes.homeChanged(trx, patient);
  }

  /** The episode is over: its schedule is withdrawn. */
  async drop(trx: Trx, { id, patient }: Pick<Episode, 'id' | 'patient'>): Promise<void> {
    const gone = await trx.deleteFrom('schedules').where('episode', '=', id).executeTakeFirst();
    if (gone.numDeletedRows > 0n) await this.#homes.homeChanged(trx, patient);
  }
}

interface Told {
  readonly episode: string;
  readonly patient: string;
  /** JSON; null when no unit answers. */
  readonly hours: string | null;
  readonly schedule: string;
  readonly revision: string;
}

async function hoursAt(trx: Trx, unit: string | null): Promise<string | null> {
  if (unit === null) return null;
  const row = await trx
    .selectFrom('units')
    .select('hours')
    .where('id', '=', unit)
    .executeTakeFirst();
  return row?.hours ?? null;
}

/** A schedule as it is kept: also one that no gateway could read, so that it is told. */
function rowOf(schedule: Schedule) {
  const readable = scheduleSchema.safeParse(schedule).success ? 1 : 0;
  return { revision: schedule.revision, schedule: JSON.stringify(schedule), readable };
}
