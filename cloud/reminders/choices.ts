import type { Kysely } from 'kysely';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { groupBy } from '../plans/group.js';
import type { Talker } from '../messages/authority.js';
import { mustMayTalk } from '../messages/authority.js';
import { remindedWindows } from './due.js';
import type { OwnTime, RemindedWindow } from './due.js';

/** What a patient has chosen about being reminded. */
export interface Choices {
  readonly language: Language;
  readonly isOff: boolean;
}

/** Without a choice: the language of the care, and the reminders of the plans. */
const usual: Choices = { language: 'sv', isOff: false };

export async function choicesOf(db: Kysely<Tables>, patient: string): Promise<Choices> {
  const row = await db
    .selectFrom('reminder_choices')
    .select(['language', 'off'])
    .where('patient', '=', patient)
    .executeTakeFirst();
  return row === undefined ? usual : { language: row.language, isOff: row.off === 1 };
}

export async function wantsNone(db: Kysely<Tables>, patient: string): Promise<boolean> {
  return (await choicesOf(db, patient)).isOff;
}

interface ChoosingParts {
  readonly db: Kysely<Tables>;
  readonly clock: Pick<Clock, 'wall'>;
}

/** Changes what is named. Throws {@link CodedError} `not_allowed` for staff who do not treat. */
export async function choose(
  { db, clock }: ChoosingParts,
  person: Talker,
  patient: string,
  changes: { readonly language?: Language | undefined; readonly isOff?: boolean | undefined },
): Promise<void> {
  mustMayTalk(person);
  await db.transaction().execute(async (trx) => {
    const before = await choicesOf(trx, patient);
    const { language = before.language, isOff = before.isOff } = changes;
    const values = { language, off: Number(isOff) };
    await trx
      .insertInto('reminder_choices')
      .values({ patient, ...values })
      .onConflict((conflict) => conflict.column('patient').doUpdateSet(values))
      .execute();
    await lookSoon(trx, patient, clock.wall().ms);
  });
}

/** A window of a task of a plan that a patient follows. */
export interface NamedWindow {
  readonly plan: string;
  /** `task/window`. */
  readonly item: string;
}

interface PlansKnown {
  readonly db: Kysely<Tables>;
  readonly planOf: PlanOf;
}

/** What the plans that go on remind a patient of. */
export async function remindedOf(
  { db, planOf }: PlansKnown,
  patient: string,
): Promise<readonly (NamedWindow & RemindedWindow)[]> {
  return (await runningEpisodes(db, [patient])).flatMap(({ plan: id, planVersion }) => {
    const plan = planOf(id, planVersion);
    return plan === undefined ? [] : remindedWindows(plan).map((it) => ({ plan: id, ...it }));
  });
}

/**
 * Sets an own time for one window, goes back to that of the plan (null), or switches it off. Throws
 * {@link CodedError} `not_found` for a window that nothing reminds of, `reminder_fixed` where the plan
 * leaves the time to staff, or `not_allowed`.
 */
export async function setOwnTime(
  { db, planOf, clock }: PlansKnown & ChoosingParts,
  person: Talker,
  patient: string,
  { plan, item, time, isOff }: NamedWindow & OwnTime,
): Promise<void> {
  mustMayTalk(person);
  await db.transaction().execute(async (trx) => {
    const reminded = await remindedOf({ db: trx, planOf }, patient);
    const window = reminded.find((it) => it.plan === plan && it.item === item);
    if (window === undefined)
      throw new CodedError('not_found', 'Nothing reminds of this: it is like "plan/task/window".');
    if (person === null && time !== null && !window.rules.patientMayChangeTime)
      throw new CodedError('reminder_fixed');
    const values = { time, off: Number(isOff) };
    await trx
      .insertInto('reminder_times')
      .values({ patient, plan, item, ...values })
      .onConflict((conflict) => conflict.columns(['patient', 'plan', 'item']).doUpdateSet(values))
      .execute();
    await lookSoon(trx, patient, clock.wall().ms);
  });
}

/** By plan, and in it by item. */
export async function ownTimesOf(
  db: Kysely<Tables>,
  patient: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, OwnTime>>> {
  const rows = await db
    .selectFrom('reminder_times')
    .select(['plan', 'item', 'time', 'off'])
    .where('patient', '=', patient)
    .execute();
  return new Map(
    [...groupBy(rows, (it) => it.plan)].map(([plan, of]) => [
      plan,
      new Map(of.map(({ item, time, off }) => [item, { time, isOff: off === 1 }])),
    ]),
  );
}

/** What was chosen holds from now on: the next reminder may be sooner, none is of a time that is over. */
async function lookSoon(db: Kysely<Tables>, patient: string, now: number): Promise<void> {
  await db
    .updateTable('reminder_agenda')
    .set((eb) => ({
      next_at: 0,
      looked_until: eb
        .case()
        .when('looked_until', '<', now)
        .then(now)
        .else(eb.ref('looked_until'))
        .end(),
    }))
    .where('patient', '=', patient)
    .execute();
}
