import type { Kysely } from 'kysely';
import { messageSides } from '@hemma/protocols/api/messages.js';
import type { Message, MessageSide, Thread, ThreadQuery } from '@hemma/protocols/api/messages.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { whoLooks } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { answeringFor, defaultResponseDays } from './answering.js';
import { previewOf } from './preview.js';

/** A message waits for staffed time, however it reads. */
export const emergency: Text = {
  sv: 'Ett meddelande är aldrig akut vård. Vid akut sjukdom: ring 112. Råd om vård: 1177.',
  en: 'A message is never urgent care. If acutely ill: call 112. Medical advice: 1177.',
};

interface ThreadParts {
  readonly db: Kysely<Tables>;
  readonly planOf: PlanOf;
}

/** A page of the thread of a patient, newest first, and who answers. */
export async function threadOf(
  { db, planOf }: ThreadParts,
  patient: string,
  { before, limit }: ThreadQuery,
  now: number,
): Promise<Thread> {
  const rows = await messageRows(db, patient)
    .where('number', '<', before ?? Number.MAX_SAFE_INTEGER)
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit).map(toMessage);
  const answering = await answeringFor(db, planOf, patient);
  return {
    ...{ patient, messages: shown },
    before: rows.length > limit ? (shown.at(-1)?.number ?? null) : null,
    unread: {
      patient: await unreadBy(db, patient, 'patient'),
      staff: await unreadBy(db, patient, 'staff'),
    },
    isOpen: answering !== null,
    unit: answering?.unit.name ?? null,
    workingDays: answering?.workingDays ?? defaultResponseDays,
    dueAt: await answerDueAt(db, patient),
    looks: whoLooks(answering?.unit.hours ?? null, now),
    emergency,
  };
}

/** One message. It was just written, or was found. */
export async function messageAt(
  db: Kysely<Tables>,
  patient: string,
  number: number,
): Promise<Message> {
  const row = messageRows(db, patient).where('number', '=', number);
  return toMessage(await row.executeTakeFirstOrThrow());
}

/** By when what waits is answered; null where nothing waits, or nobody promises. */
export async function answerDueAt(db: Kysely<Tables>, patient: string): Promise<number | null> {
  const task = await db
    .selectFrom('tasks')
    .select('due_at')
    .where('patient', '=', patient)
    .where('kind', '=', 'message')
    .where('state', '<>', 'closed')
    .executeTakeFirst();
  return task?.due_at ?? null;
}

function messageRows(db: Kysely<Tables>, patient: string) {
  return db
    .selectFrom('messages')
    .leftJoin('staff', 'staff.ref', 'messages.staff')
    .select(['number', 'side', 'at', 'text', 'staff.display_name as by'])
    .where('patient', '=', patient)
    .orderBy('number', 'desc');
}

function toMessage(row: {
  readonly number: number;
  readonly side: MessageSide;
  readonly at: number;
  readonly text: string;
  readonly by: string | null;
}): Message {
  const { side: from, ...message } = row;
  return { ...message, from, preview: previewOf(row.text) };
}

/** What the other side wrote after what was read last. */
async function unreadBy(db: Kysely<Tables>, patient: string, side: MessageSide) {
  const { count, first } = await db
    .selectFrom('messages')
    .innerJoin('threads', 'threads.patient', 'messages.patient')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('number').as('first')])
    .where('messages.patient', '=', patient)
    .where('side', '<>', side)
    .whereRef('number', '>', readColumn[side])
    .executeTakeFirstOrThrow();
  return { count, first };
}

/** Where it stands how far each side has read. */
export const readColumn = {
  patient: 'threads.read_by_patient',
  staff: 'threads.read_by_staff',
} as const;

/** How many messages each side has not read, by patient, where there are any. */
export async function unreadOfAll(
  db: Kysely<Tables>,
): Promise<ReadonlyMap<string, Readonly<Record<MessageSide, number>>>> {
  const unread = new Map<string, Record<MessageSide, number>>();
  for (const side of messageSides)
    for (const { patient, count } of await unreadOfSide(db, side)) {
      const own = unread.get(patient) ?? { patient: 0, staff: 0 };
      own[side] = count;
      unread.set(patient, own);
    }
  return unread;
}

/** Of threads with something after what was read last; those alone are looked into. */
function unreadOfSide(db: Kysely<Tables>, side: MessageSide) {
  return db
    .selectFrom('threads')
    .innerJoin('messages', 'messages.patient', 'threads.patient')
    .select('threads.patient')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .whereRef('threads.last', '>', readColumn[side])
    .whereRef('number', '>', readColumn[side])
    .where('side', '<>', side)
    .groupBy('threads.patient')
    .execute();
}
