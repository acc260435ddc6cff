import { randomInt } from 'node:crypto';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Envelope } from '@hemma/protocols/wire/envelope.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely } from 'kysely';
import { isUnavailable } from '../database/faults.js';
import type { Tables } from '../database/schema.js';
import { faultOf } from '../fault.js';
import type { Fleet, Loan } from '../fleet/fleet.js';
import { kitsOf } from '../fleet/kits.js';
import type { Journal, LedgerKey, Mark } from '../journal/journal.js';
import { countMalformed, saveMalformed } from './dead-letters.js';
import type { Malformed } from './dead-letters.js';
import { readEnvelope } from './messages.js';
import type { PendingEnvelope } from './pending.js';
import { receiptFor } from './receipts.js';
import { Round } from './round.js';
import type { Homes } from './round.js';

/** What one round takes up. */
export interface Work {
  readonly envelopes: readonly PendingEnvelope[];
  readonly statuses: readonly Status[];
  readonly malformed: readonly Malformed[];
  /** Gateways that sent more than fits. */
  readonly overloaded: ReadonlySet<string>;
}

export interface WorkParts {
  readonly journal: Journal;
  readonly fleet: Fleet;
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Publishes a receipt. A lost one costs nothing. */
  readonly send: (topic: string, payload: string) => Promise<void>;
}

/** How long a gateway waits that sent more than fits, and as much again by chance. */
const overloadPauseMs = 2_000;
/** Stands for gateways that are not ours: they do not get a line each. */
const anyUnknown = '(unknown)';
/** No outbox has this id: a receipt for it confirms nothing, and tells the time all the same. */
const noLedger = '0'.repeat(32);

type Loans = ReadonlyMap<string, readonly Loan[]>;

/**
 * Stores what came, then answers. May be repeated from the beginning: what is stored already is then
 * passed over. Throws {@link CodedError} `journal_unavailable` when the store is away.
 */
export async function carryOut(work: Work, parts: WorkParts): Promise<void> {
  const at = parts.clock.wall().ms;
  const all = [...work.envelopes, ...work.statuses, ...work.malformed];
  const gateways = [...new Set([...all.map(({ gateway }) => gateway), ...work.overloaded])];
  const loans = await asking(() => parts.fleet.loansOf(gateways));
  const { envelopes, malformed } = read(work, loans);
  const homes = await homesOf(parts, envelopes, loans);
  const marks = await store(parts.journal, envelopes, { at, homes });
  const statuses = work.statuses.filter(({ gateway }) => loans.has(gateway));
  await saveRest(parts, { statuses, malformed, at });
  const back = statuses.filter(({ state }) => state === 'online').map(({ gateway }) => gateway);
  const overloaded = [...work.overloaded].filter((gateway) => loans.has(gateway));
  await answer(parts, marks, { back, overloaded: new Set(overloaded) });
}

function read(work: Work, loans: Loans): { envelopes: Envelope[]; malformed: Malformed[] } {
  const envelopes: Envelope[] = [];
  const malformed = [...work.malformed];
  for (const { gateway, payload } of work.envelopes) {
    try {
      if (!loans.has(gateway)) throw new CodedError('unknown_gateway');
      envelopes.push(readEnvelope(gateway, payload));
    } catch (error) {
      malformed.push({ gateway, code: codeOf(error), payload });
    }
  }
  const named = malformed.map((one) =>
    loans.has(one.gateway) ? one : { ...one, gateway: anyUnknown },
  );
  return { envelopes, malformed: named };
}

/** The identity of the device in a row, before the row is checked; rubbish finds no kit. */
const identityInRow = /"identity":"([^"]{1,80})"/;

/** The loans of all gateways that sent something, and of those whose devices they have heard. */
async function homesOf(
  { fleet, db }: WorkParts,
  envelopes: readonly Envelope[],
  loans: Loans,
): Promise<Homes> {
  const identities = envelopes.flatMap(({ rows }) =>
    rows.flatMap(({ text }) => identityInRow.exec(text)?.[1] ?? []),
  );
  const kits = await asking(() => kitsOf(db, [...new Set(identities)]));
  const others = [...new Set(kits.values())].filter((gateway) => !loans.has(gateway));
  const theirs = await asking(() => fleet.loansOf(others));
  return { kits, loans: new Map([...loans, ...theirs]) };
}

/** Gives the marks of all ledgers that sent something, also of those that have not moved. */
async function store(
  journal: Journal,
  envelopes: readonly Envelope[],
  { at, homes }: { readonly at: number; readonly homes: Homes },
): Promise<readonly Mark[]> {
  if (envelopes.length === 0) return [];
  let round = new Round(at, homes, []);
  await journal.append(ledgersOf(envelopes), (marks) => {
    round = new Round(at, homes, marks);
    for (const envelope of envelopes) round.add(envelope);
    return round.batch();
  });
  return round.marks;
}

function ledgersOf(envelopes: readonly Envelope[]): readonly LedgerKey[] {
  const keys = envelopes.map(({ header: { gateway, ledger } }) => ({ gateway, ledger }));
  return [...new Map(keys.map((key) => [`${key.gateway} ${key.ledger}`, key])).values()];
}

interface Rest {
  readonly statuses: readonly Status[];
  readonly malformed: readonly Malformed[];
  readonly at: number;
}

async function saveRest({ fleet, db, log }: WorkParts, rest: Rest): Promise<void> {
  const { statuses, malformed, at } = rest;
  if (statuses.length > 0) await asking(() => fleet.saveStatuses(statuses, at));
  if (malformed.length === 0) return;
  const counted = countMalformed(malformed);
  await asking(() => saveMalformed(db, counted, at));
  for (const { gateway, code, count } of counted) log.warn({ gateway, code, count }, 'set aside');
}

interface Unanswered {
  /** Gateways that have said that they are online. */
  readonly back: readonly string[];
  readonly overloaded: ReadonlySet<string>;
}

/** One receipt per ledger that sent something, and one for whoever came back or must wait. */
async function answer(
  parts: WorkParts,
  marks: readonly Mark[],
  { back, overloaded }: Unanswered,
): Promise<void> {
  const { journal, clock, log } = parts;
  const answered = new Set(marks.map((mark) => mark.gateway));
  const others = [...new Set([...back, ...overloaded])].filter((one) => !answered.has(one));
  if (overloaded.size > 0)
    log.warn({ code: 'overloaded', gateways: overloaded.size }, 'more came than fits');
  for (const mark of [...marks, ...(await lastMarks(journal, others))]) {
    const pauseMs = overloaded.has(mark.gateway) ? pause() : 0;
    const receipt = await receiptFor(journal, mark, { at: clock.wall().ms, pauseMs });
    parts
      .send(topicOf(mark.gateway, 'receipts'), JSON.stringify(receipt))
      .catch((error: unknown) => log.debug({ ...faultOf(error) }, 'a receipt was not sent'));
  }
}

/**
 * How far each of these gateways has come. One that has sent nothing yet may be waiting for the time
 * before it can, so it gets a mark as well.
 */
async function lastMarks(journal: Journal, gateways: readonly string[]): Promise<readonly Mark[]> {
  if (gateways.length === 0) return [];
  const known = await journal.newestMarks(gateways);
  const fresh = gateways
    .filter((gateway) => known.every((mark) => mark.gateway !== gateway))
    .map((gateway) => ({
      gateway,
      ledger: noLedger,
      upTo: 0,
      link: null,
      handled: 0,
      lastRefused: 0,
    }));
  return [...known, ...fresh];
}

/** Different for each, so that those who were told to wait do not come back together. */
function pause(): number {
  return overloadPauseMs + randomInt(overloadPauseMs);
}

export function codeOf(error: unknown): ErrorCode {
  return error instanceof CodedError ? error.code : 'internal';
}

/** A store that is away is waited for; anything else is somebody's fault. */
async function asking<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new CodedError('journal_unavailable', undefined, { cause: error });
  }
}
