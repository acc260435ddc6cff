import type { Kysely } from 'kysely';
import type { Looks } from '@hemma/protocols/api/units.js';
import { whoLooks } from '../coverage/coverage.js';
import type { Tables } from '../database/schema.js';
import { Units } from './units.js';

/** When somebody at a unit looks next, as the patient reads it; nobody does without a unit. */
export async function looksOf(
  db: Kysely<Tables>,
  unit: string | null,
  now: number,
): Promise<Looks> {
  const known = unit === null ? null : await new Units(db).get(unit);
  return whoLooks(known?.hours ?? null, now);
}
