import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import { groupBy } from '../plans/group.js';

/** How complete the journal is for a patient, by the word of the gateways that are lent to them. */
export interface LentGateway {
  readonly gateway: string;
  readonly patient: string;
  /** `unknown`: it has never said anything. */
  readonly state: 'online' | 'offline' | 'unknown';
  /** Null as long as it has not said so. */
  readonly waiting: number | null;
  readonly held: number | null;
  readonly problems: readonly ErrorCode[];
  /** Completeness mark, milliseconds since 1970 UTC; null: it never gave one. */
  readonly completeTo: number | null;
}

/**
 * A gateway that stays away does not hold back for ever what time decides: after two days, the
 * longest that a household with a fault waits for a person, it is judged by what is there.
 */
export const maxWaitMs = 2 * 86_400_000;

/** What was decided without a mark is decided again with it, as far back as a gateway is awaited. */
export const maxRevisitMs = 35 * 86_400_000;

/**
 * The completeness mark that a status gives. A gateway counts a reading as waiting from the commit
 * until the receipt, and as held until it knows the time; when it has neither, the journal has all
 * that it took in before it spoke. A clock that is ahead promises nothing that is still to come.
 * Null when the status promises nothing.
 */
export function completeToOf(status: Status, receivedAt: number): number | null {
  const { state, waiting, held, at } = status;
  return state === 'online' && waiting === 0 && held === 0 ? Math.min(at, receivedAt) : null;
}

/** The gateways that are lent to these patients, by patient. Index: `loans_of_patient`. */
export async function lentGateways(
  db: Kysely<Tables>,
  patients: readonly string[],
): Promise<ReadonlyMap<string, readonly LentGateway[]>> {
  if (patients.length === 0) return new Map();
  const rows = await db
    .selectFrom('loans')
    .leftJoin('gateway_status as status', 'status.gateway', 'loans.gateway')
    .select(['loans.gateway', 'loans.patient', 'status.state', 'status.waiting', 'status.held'])
    .select(['status.problems', 'status.complete_to'])
    .where('loans.to_at', 'is', null)
    .where('loans.patient', 'in', [...new Set(patients)])
    .orderBy('loans.gateway')
    .execute();
  const gateways = rows.map(({ state, problems, complete_to, ...row }) => ({
    ...row,
    state: state ?? ('unknown' as const),
    // Written from a checked list of codes by the fleet.
    problems: JSON.parse(problems ?? '[]') as ErrorCode[],
    completeTo: complete_to,
  }));
  return groupBy(gateways, (it) => it.patient);
}

/**
 * Up to which instant everything is known that rules on time look at: the lowest mark, but no longer
 * ago than `patienceMs`; `now` where nobody has a gateway.
 */
export function watermark(
  gateways: readonly LentGateway[],
  now: number,
  patienceMs = maxWaitMs,
): number {
  const marks = gateways.map((it) => it.completeTo ?? 0);
  return Math.min(now, Math.max(now - patienceMs, Math.min(...marks, Infinity)));
}
