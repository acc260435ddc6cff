import { codedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { Channel } from './channel.js';
import { messageOf } from './message.js';
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
/** The first wait after a failure; each further one is twice as long, up to an hour. */
const firstWaitMs = 30_000;
const maxWaitMs = 3_600_000;
/** Who was not told after a working day has seen the list meanwhile. */
export const maxAttempts = 12;

/**
 * Tells what is due, all of a kind to one recipient in one message. At least once: after a crash the
 * same message, with the same id, goes out again.
 */
export async function sendDue(parts: SenderParts): Promise<void> {
  const due = await dueGroups(parts);
  for (const group of due) await sendOne(parts, group);
}

function dueGroups({ db, clock }: SenderParts) {
  return db
    .selectFrom('notifications')
    .innerJoin('recipients', 'recipients.id', 'notifications.recipient')
    .select(['recipient', 'kind', 'unit', 'channel', 'address'])
    .where('next_at', '<=', clock.wall().ms)
    .groupBy(['recipient', 'kind', 'unit', 'channel', 'address'])
    .limit(maxMessages)
    .execute();
}
type Group = Awaited<ReturnType<typeof dueGroups>>[number];

async function sendOne(parts: SenderParts, group: Group): Promise<void> {
  const { db, clock, log, channels, link } = parts;
  const { recipient, kind, unit, channel, address } = group;
  const rows = await db
    .selectFrom('notifications')
    .select(['id', 'attempts'])
    .where('recipient', '=', recipient)
    .where('kind', '=', kind)
    .where('next_at', 'is not', null)
    .orderBy('queued_at')
    .orderBy('id')
    .execute();
  const [first] = rows;
  if (first === undefined) return;
  const ids = rows.map((it) => it.id);
  const message = messageOf({ id: first.id, kind, unit, count: rows.length, link });
  try {
    const by = channels[channel];
    if (by !== undefined) await by.send(address, message);
    else log.warn({ channel, unit }, 'nobody set this channel up');
    await db.deleteFrom('notifications').where('id', 'in', ids).execute();
  } catch (error) {
    const { code, class: errorClass } = codedError(error);
    const attempts = first.attempts + 1;
    const isOver = errorClass === 'permanent' || attempts >= maxAttempts;
    const wait = Math.min(maxWaitMs, firstWaitMs * 2 ** (attempts - 1));
    log.warn({ channel, unit, kind, code, attempts, isOver }, 'could not tell');
    await db
      .updateTable('notifications')
      .set({ attempts, code, next_at: isOver ? null : clock.wall().ms + wait })
      .where('id', 'in', ids)
      .execute();
  }
}
