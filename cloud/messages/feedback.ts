import type { Kysely } from 'kysely';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { dueAt } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { toEpisode } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { DAY_MS, minutesIn, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import type { Course } from '../plans/course.js';
import { isPaused } from '@hemma/protocols/plans/occasions.js';
import type { Pause } from '@hemma/protocols/plans/occasions.js';
import { dueWindows } from '../plans/schedule.js';
import { eventsOf } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { pausesOf, withoutErrors } from '../record/patient-record.js';
import { Units } from '../units/units.js';
import { openMessageTask, withdrawFeedbackTask } from '../worklist/message-tasks.js';

/**
 * The text that a plan promises the patient (its tasks of the type `message`, monitoring plans §2). One
 * that was not written asks nothing of the patient: staff get a reminder, information that is passed on
 * to nobody, once for each time that it was due.
 */

interface FeedbackParts {
  readonly db: Kysely<Tables>;
  readonly planOf: PlanOf;
  readonly content: Content;
  readonly clock: Pick<Clock, 'wall'>;
}

/** Of two times of a text the earlier is not further back; what is due more seldom is no talk. */
const maxBackDays = 35;
/** Whoever has not written for a week is told by the next time that it is due. */
const maxLateMs = 7 * DAY_MS;
/** A reminder is to be dealt with by the end of the next working day. */
const reminderWorkingDays = 1;
/** Read at a time; a region has some thousands in programmes with a therapist. */
const episodesAtOnce = 100;

const calendar = zonedCalendar();

/** Opens and withdraws the reminders of staff. Gives the patients of whom something changed. */
export async function reviewFeedback(parts: FeedbackParts): Promise<readonly string[]> {
  const { db, planOf } = parts;
  const changed: string[] = [];
  const wanted = new Set<string>();
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('episodes')
      .selectAll()
      .where('ended_at', 'is', null)
      .where('unit', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(episodesAtOnce)
      .execute();
    for (const episode of rows.map(toEpisode)) {
      if (!hasFeedback(episode, planOf)) continue;
      const { missed, isTold } = await missedOf(parts, episode);
      if (missed !== null) wanted.add(episode.patient);
      if (missed === null || isTold) continue;
      if (await remind(parts, episode, missed)) changed.push(episode.patient);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < episodesAtOnce) break;
    after = last.id;
  }
  return [...changed, ...(await withdraw(parts, wanted))];
}

function hasFeedback({ plan, planVersion }: Episode, planOf: PlanOf): boolean {
  const tasks = planOf(plan, planVersion)?.tasks ?? [];
  return tasks.some((it) => it.type === 'message' && it.enabledByDefault);
}

/** When a text was due that is missing, and whether staff were reminded of it already. */
interface Missed {
  readonly missed: number | null;
  readonly isTold: boolean;
}

async function missedOf(
  { db, planOf, content, clock }: FeedbackParts,
  episode: Episode,
): Promise<Missed> {
  const plan = planOf(episode.plan, episode.planVersion);
  if (plan === undefined) return { missed: null, isTold: false };
  const now = clock.wall().ms;
  const events = withoutErrors(await eventsOf(db, episode.patient));
  const course = courseOfEpisode(episode, events, { plan, content, calendar });
  const pauses = pausesOf(events, episode.id, calendar);
  const missed = isPaused(pauses, calendar.dayOf(now))
    ? null
    : missedText(course, { events, pauses, startedAt: episode.startedAt, now });
  if (missed === null) return { missed, isTold: false };
  const told = await db
    .selectFrom('tasks')
    .select('id')
    .where('patient', '=', episode.patient)
    .where('kind', '=', 'message-due')
    .where('opened_at', '>=', missed)
    .limit(1)
    .execute();
  return { missed, isTold: told.length > 0 };
}

interface Written {
  readonly events: readonly KeptEvent[];
  readonly pauses: readonly Pause[];
  readonly startedAt: number;
  readonly now: number;
}

/**
 * When the last text was due that staff have not written since the one before was due; null when they
 * have. What they wrote earlier in the week counts for its day.
 */
export function missedText(course: Course, known: Written): number | null {
  const [due, before] = dueTimes(course, known);
  if (due === undefined || due <= known.now - maxLateMs) return null;
  const since = before === undefined ? known.startedAt : before + 1;
  const isWritten = known.events.some((it) => since <= it.at && isText(it));
  return isWritten ? null : due;
}

/** The tasks of staff to write, in a plan. */
function textTasks({ plan }: Course): Plan['tasks'] {
  return plan.tasks.filter((it) => it.type === 'message' && it.enabledByDefault);
}

/** The tasks of staff to write that are due on a day: what they write then does them. */
export function textsDueOn(course: Course, day: number): readonly string[] {
  const due = textTasks(course).filter((it) => dueWindows(it, course, day, () => false).length > 0);
  return due.map((it) => it.id);
}

/** A message, or a comment on what the patient did (requirement R54). */
function isText({ staff, event }: KeptEvent): boolean {
  if (staff === null) return false;
  return event.kind === 'comment' || (event.kind === 'contact' && event.channel === 'message');
}

/** The ends of the last two windows in which a text was due that are over, the latest first. */
function dueTimes(course: Course, { pauses, startedAt, now }: Written): readonly number[] {
  const tasks = textTasks(course);
  const today = calendar.dayOf(now);
  const ends = Array.from({ length: maxBackDays }, (_, i) => today - i)
    .filter((day) => !isPaused(pauses, day))
    .flatMap((day) =>
      tasks
        .flatMap((task) => dueWindows(task, course, day, () => false))
        .map((it) => calendar.instant(day, minutesIn(it.to))),
    );
  const over = [...new Set(ends)].filter((it) => startedAt < it && it <= now);
  return over.toSorted((a, b) => b - a).slice(0, 2);
}

async function remind(
  { db, clock }: FeedbackParts,
  { patient, unit: id }: Episode,
  missed: number,
): Promise<boolean> {
  const unit = id === null ? null : await new Units(db).get(id);
  if (unit === null) return false;
  const now = clock.wall().ms;
  const due = dueAt(unit.hours, missed, reminderWorkingDays);
  return db.transaction().execute((trx) =>
    openMessageTask(trx, {
      ...{ kind: 'message-due', patient, unit: unit.id, openedAt: now },
      dueAt: due,
    }),
  );
}

/** The reminders of those for whom nothing is missing any more. */
async function withdraw(
  { db, clock }: FeedbackParts,
  wanted: ReadonlySet<string>,
): Promise<readonly string[]> {
  const open = await db
    .selectFrom('tasks')
    .select('patient')
    .where('kind', '=', 'message-due')
    .where('state', '<>', 'closed')
    .where('patient', 'is not', null)
    .$narrowType<{ patient: string }>()
    .execute();
  const needless = open.map((it) => it.patient).filter((it) => !wanted.has(it));
  const now = clock.wall().ms;
  for (const patient of needless)
    await db.transaction().execute((trx) => withdrawFeedbackTask(trx, patient, now));
  return needless;
}
