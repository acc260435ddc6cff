import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { Episode } from '../episodes/episodes.js';
import type { Course } from '../plans/course.js';
import type { KeptEvent } from '../record/care-record.js';
import { pausesOf, recordOf } from '../record/patient-record.js';
import { Units } from '../units/units.js';
import { compileSchedule } from './compile.js';

type Trx = Transaction<Tables>;

/** The one zone of the calendar that rules are judged by (monitoring plans §3.3). */
const timeZone = 'Europe/Stockholm';

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
    const schedule = compileSchedule({
      ...{ patient, course, timeZone },
      record: recordOf(events, id, calendar),
      pauses: pausesOf(events, id, calendar),
      hours: unit === null ? null : ((await new Units(trx).get(unit))?.hours ?? null),
      today: calendar.dayOf(now),
    });
    const { revision } = schedule;
    const known = await trx
      .selectFrom('schedules')
      .select('revision')
      .where('episode', '=', id)
      .executeTakeFirst();
    if (known?.revision === revision) return;
    const row = { patient, revision, schedule: JSON.stringify(schedule), made_at: now };
    await trx
      .insertInto('schedules')
      .values({ episode: id, ...row })
      .onConflict((conflict) => conflict.column('episode').doUpdateSet(row))
      .execute();
    await this.#homes.homeChanged(trx, patient);
  }

  /** The episode is over: its schedule is withdrawn. */
  async drop(trx: Trx, { id, patient }: Pick<Episode, 'id' | 'patient'>): Promise<void> {
    const gone = await trx.deleteFrom('schedules').where('episode', '=', id).executeTakeFirst();
    if (gone.numDeletedRows > 0n) await this.#homes.homeChanged(trx, patient);
  }
}
