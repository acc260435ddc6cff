import type { Kysely, Transaction } from 'kysely';
import type { MessageSide, NewMessage, SentMessage } from '@hemma/protocols/api/messages.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { dueAt, whoLooks } from '../coverage/coverage.js';
import { Prompts } from '../commands/wanted.js';
import type { Tables } from '../database/schema.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { queue } from '../notify/notifications.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import { addEvent, eventsOf } from '../record/care-record.js';
import { tellPatient } from '../reminders/tell-patient.js';
import type { Actor } from '../staff/actor.js';
import { answerMessageTasks, openMessageTask } from '../worklist/message-tasks.js';
import type { Talker } from './authority.js';
import { mustMayTalk } from './authority.js';
import { answeringFor } from './answering.js';
import type { Answering } from './answering.js';
import { textsDueOn } from './feedback.js';
import { answerDueAt, emergency, messageAt } from './thread.js';

type Trx = Transaction<Tables>;

export interface MessageParts {
  readonly db: Kysely<Tables>;
  readonly planOf: PlanOf;
  readonly content: Content;
  readonly clock: Pick<Clock, 'wall'>;
}

/** A patient who has so much unanswered is not helped by one message more. */
export const maxUnanswered = 50;

const sideOf = (writer: Talker): MessageSide => (writer === null ? 'patient' : 'staff');

/**
 * Writes a message. Of the patient it opens a task where none waits, due in the staffed time of the unit;
 * of staff it answers what they had seen, and counts as a contact. Under an id that was used it is the
 * message from before, and nothing happens again. Throws {@link CodedError} `not_allowed`,
 * `message_taken` for another message under that id, `message_closed` where no unit answers, or
 * `message_waiting` where too many wait.
 */
export async function writeMessage(
  parts: MessageParts,
  writer: Talker,
  patient: string,
  said: NewMessage,
): Promise<SentMessage> {
  mustMayTalk(writer);
  const { db, planOf, clock } = parts;
  const number = await db.transaction().execute(async (trx) => {
    const last = await lockThread(trx, patient);
    const known = await knownMessage(trx, writer, patient, said);
    if (known !== null) return known;
    const answering = await answeringFor(trx, planOf, patient);
    if (answering === null) throw new CodedError('message_closed');
    const now = clock.wall().ms;
    const talk = { trx, patient, answering, last, now };
    await keep(talk, writer, said);
    if (writer === null) await ask(talk);
    else {
      await answer(talk, writer, said);
      await doTexts(parts, talk, writer);
    }
    await new Prompts(clock).homeChanged(trx, patient);
    return last + 1;
  });
  const answering = await answeringFor(db, planOf, patient);
  return {
    message: await messageAt(db, patient, number),
    dueAt: await answerDueAt(db, patient),
    looks: whoLooks(answering?.unit.hours ?? null, clock.wall().ms),
    emergency,
  };
}

/**
 * Everything up to a message was shown to this side; it never goes back, and doing it again changes
 * nothing. Throws {@link CodedError} `not_allowed`, or `not_found` for a message that there is not.
 */
export async function markRead(
  { db }: Pick<MessageParts, 'db'>,
  reader: Talker,
  patient: string,
  upTo: number,
): Promise<void> {
  mustMayTalk(reader);
  await db.transaction().execute(async (trx) => {
    if (upTo > (await lockThread(trx, patient)))
      throw new CodedError('not_found', 'There is no such message.');
    await moveRead(trx, reader, patient, upTo);
  });
}

async function moveRead(trx: Trx, reader: Talker, patient: string, upTo: number): Promise<void> {
  const column = reader === null ? 'read_by_patient' : 'read_by_staff';
  await trx
    .updateTable('threads')
    .set({ [column]: upTo })
    .where('patient', '=', patient)
    .where(column, '<', upTo)
    .execute();
}

/** Who writes in a thread does so one after the other. Gives the number of its newest message. */
async function lockThread(trx: Trx, patient: string): Promise<number> {
  await trx
    .insertInto('threads')
    .values({ patient, last: 0, read_by_patient: 0, read_by_staff: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { last } = await trx
    .updateTable('threads')
    .set((eb) => ({ last: eb.ref('last') }))
    .where('patient', '=', patient)
    .returning('last')
    .executeTakeFirstOrThrow();
  return last;
}

/** The number of the message that was sent under this id; null where there is none. */
async function knownMessage(
  trx: Trx,
  writer: Talker,
  patient: string,
  said: NewMessage,
): Promise<number | null> {
  const known = await trx
    .selectFrom('messages')
    .select(['number', 'side', 'staff', 'text'])
    .where('patient', '=', patient)
    .where('sent_as', '=', said.id)
    .executeTakeFirst();
  if (known === undefined) return null;
  const isSame = known.staff === (writer?.staff ?? null) && known.text === said.text;
  if (!isSame || known.side !== sideOf(writer)) throw new CodedError('message_taken');
  return known.number;
}

interface Talk {
  readonly trx: Trx;
  readonly patient: string;
  readonly answering: Answering;
  /** The number of the newest message before. */
  readonly last: number;
  readonly now: number;
}

/** Who writes has read what they had seen. */
async function keep(
  { trx, patient, last, now }: Talk,
  writer: Talker,
  { id, text, seen = last }: NewMessage,
): Promise<void> {
  if (writer === null && last - (await lastOfStaff(trx, patient)) >= maxUnanswered)
    throw new CodedError('message_waiting');
  await trx
    .insertInto('messages')
    .values({
      ...{ patient, number: last + 1, sent_as: id, side: sideOf(writer) },
      ...{ staff: writer?.staff ?? null, at: now, text },
    })
    .execute();
  await trx
    .updateTable('threads')
    .set({ last: last + 1 })
    .where('patient', '=', patient)
    .execute();
  await moveRead(trx, writer, patient, Math.min(seen, last));
}

async function lastOfStaff(trx: Trx, patient: string): Promise<number> {
  const row = await trx
    .selectFrom('messages')
    .select('number')
    .where('patient', '=', patient)
    .where('side', '=', 'staff')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** Somebody is to answer; who is told of the unit is told once for all that waits. */
async function ask({ trx, patient, answering, now }: Talk): Promise<void> {
  const { unit, workingDays } = answering;
  const task = {
    ...{ kind: 'message' as const, patient, unit: unit.id, openedAt: now },
    dueAt: dueAt(unit.hours, now, workingDays),
  };
  if (await openMessageTask(trx, task))
    await queue(trx, { unit: unit.id, kind: 'message', at: now, patient });
}

/** What came after the newest message that they had seen waits on, from when it came. */
async function answer(talk: Talk, { staff }: Actor, said: NewMessage): Promise<void> {
  const { trx, patient, answering, last, now } = talk;
  const { episode } = answering;
  const event = {
    ...{ kind: 'contact' as const, channel: 'message' as const, minutes: said.minutes },
    replacesVisit: false,
  };
  const belongs = { patient, episode: episode.id, at: now, receivedAt: now, staff };
  await addEvent(trx, { ...belongs, event });
  await answerMessageTasks(trx, { patient, staff, at: now });
  await tellPatient(trx, patient, { kind: 'patient-message', at: now, now });
  const [unseen] = await trx
    .selectFrom('messages')
    .select('at')
    .where('patient', '=', patient)
    .where('side', '=', 'patient')
    .where('number', '>', said.seen ?? last)
    .orderBy('number')
    .limit(1)
    .execute();
  if (unseen !== undefined) await ask({ ...talk, now: unseen.at });
}

const calendar = zonedCalendar();

/** What the plan asks staff to write today is written with it, so that nobody reads that it is missing. */
async function doTexts(
  { planOf, content }: MessageParts,
  talk: Talk,
  { staff }: Actor,
): Promise<void> {
  const { trx, patient, answering, now } = talk;
  const { episode } = answering;
  const plan = planOf(episode.plan, episode.planVersion);
  if (plan === undefined) return;
  const events = await eventsOf(trx, patient);
  const course = courseOfEpisode(episode, events, { plan, content, calendar });
  const belongs = { patient, episode: episode.id, at: now, receivedAt: now, staff };
  for (const task of textsDueOn(course, calendar.dayOf(now))) {
    const event = { kind: 'completion' as const, task, minutes: null, note: null };
    await addEvent(trx, { ...belongs, event });
  }
}
