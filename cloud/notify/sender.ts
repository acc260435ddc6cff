import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { Channel } from './channel.js';
import { messageOf } from './message.js';
import type { NotificationKind } from './message.js';
import type { ChannelName } from './tables.js';

/** Those that the settings set up. */
export type Channels = Partial<Record<ChannelName, Channel>>;

export interface SenderParts {
  readonly db: Kysely<Tables>;
  readonly clock: Pick<Clock, 'wall'>;
  readonly log: Log;
  readonly channels: Channels;
  /** Where the worklist is. */
  readonly link: string;
}

/** Messages at one go; the rest follows at the next. */
const maxMessages = 100;
/** So many are under way at once: receivers that do not answer hold up nobody until there are as many. */
export const atOnce = 20;
/** The first wait after a failure; each further one is twice as long, up to an hour. */
const firstWaitMs = 30_000;
const maxWaitMs = 3_600_000;
/** Longer than a long weekend without a mail server; who was not told by then has seen the list. */
export const maxAgeMs = 5 * 86_400_000;
/** What was given up stays for so long, with its code, for whoever looks into it. */
const keptMs = 30 * 86_400_000;

/**
 * Tells what is due. A message is fixed with its id before it is tried first, so that one that comes
 * again after a crash or a lost answer says the same. Of a kind to one recipient one is tried at a
 * time; what comes meanwhile is gathered in the next, which has attempts of its own. The signal gives
 * up what is under way and counts that as no attempt.
 */
export async function sendDue(parts: SenderParts, signal: AbortSignal): Promise<void> {
  const { db, clock } = parts;
  const now = clock.wall().ms;
  await db
    .deleteFrom('notifications')
    .where('next_at', 'is', null)
    .where('queued_at', '<', now - keptMs)
    .execute();
  const due = await dueMessages(parts, now);
  const waiting = due.values();
  const sendNext = async (): Promise<void> => {
    // All take from the same list, so that a slow one keeps one place and not a row of them.
    for (const { id } of waiting) {
      if (signal.aborted) return;
      await sendOne(parts, id, signal);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendNext));
}

function dueMessages({ db }: SenderParts, now: number) {
  return (
    db
      .selectFrom('notifications as due')
      .select('id')
      .where('next_at', '<=', now)
      .where((eb) =>
        eb.or([
          eb('sealed', '=', 1),
          eb.not(
            eb.exists(
              eb
                .selectFrom('notifications as earlier')
                .select('earlier.id')
                .whereRef('earlier.recipient', '=', 'due.recipient')
                .whereRef('earlier.kind', '=', 'due.kind')
                .whereRef('earlier.test', '=', 'due.test')
                .where('earlier.sealed', '=', 1)
                .where('earlier.next_at', 'is not', null),
            ),
          ),
        ]),
      )
      // Who did not answer before comes after all who may.
      .orderBy('attempts')
      .orderBy('next_at')
      .orderBy('id')
      .limit(maxMessages)
      .execute()
  );
}

async function sendOne(parts: SenderParts, id: string, signal: AbortSignal): Promise<void> {
  const { db, link } = parts;
  await db.updateTable('notifications').set({ sealed: 1 }).where('id', '=', id).execute();
  const row = await db
    .selectFrom('notifications')
    .innerJoin('recipients', 'recipients.id', 'notifications.recipient')
    .select(['kind', 'count', 'test', 'queued_at', 'attempts', 'unit', 'channel', 'address'])
    .where('notifications.id', '=', id)
    .executeTakeFirst();
  // The recipient was taken away meanwhile, or another process was faster.
  if (row === undefined) return;
  const { kind, unit, count, channel, address } = row;
  try {
    const message = messageOf({ id, kind, unit, count, link, isTest: row.test === 1 });
    await channelOf(parts, channel).send(address, message, signal);
    await db.deleteFrom('notifications').where('id', '=', id).execute();
  } catch (error) {
    if (signal.aborted) return;
    await putOff(parts, { ...row, id }, codedError(error));
  }
}

/** A channel that nobody set up may be set up later. */
function channelOf({ channels }: SenderParts, name: ChannelName): Channel {
  const channel = channels[name];
  if (channel !== undefined) return channel;
  throw new CodedError('notify_unavailable', 'Nobody has set this channel up.');
}

interface Failed {
  readonly id: string;
  readonly kind: NotificationKind;
  readonly unit: string;
  readonly channel: ChannelName;
  readonly queued_at: number;
  readonly attempts: number;
}

async function putOff(
  { db, clock, log }: SenderParts,
  { id, kind, unit, channel, queued_at, attempts: before }: Failed,
  { code, class: errorClass }: CodedError,
): Promise<void> {
  const now = clock.wall().ms;
  const attempts = before + 1;
  const isOver = errorClass === 'permanent' || now - queued_at >= maxAgeMs;
  const wait = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(before, 10));
  log.warn({ channel, unit, kind, code, attempts, isOver }, 'could not tell');
  await db
    .updateTable('notifications')
    .set({ attempts, code, next_at: isOver ? null : now + wait })
    .where('id', '=', id)
    .execute();
}
