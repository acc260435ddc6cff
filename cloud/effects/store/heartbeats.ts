import type { Kysely } from 'kysely';
import type { Tables } from '../../database/schema.js';
import type { Heartbeat } from '../log.js';

/** Keeps a sign of life; the same one again changes nothing. */
export async function keepHeartbeat(db: Kysely<Tables>, heartbeat: Heartbeat): Promise<void> {
  await db
    .insertInto('heartbeats')
    .values(heartbeat)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
