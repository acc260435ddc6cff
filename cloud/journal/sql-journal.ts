import { CodedError } from '@hemma/protocols/errors.js';
import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database/database.js';
import { isUnavailable } from '../database/faults.js';
import type { Tables } from '../database/schema.js';
import type {
  Batch,
  Journal,
  JournalEntry,
  LedgerKey,
  Mark,
  NewEntry,
  Refused,
} from './journal.js';
import {
  entriesAfter,
  journalStatements,
  marksOf,
  newestPosition,
  refusedAfter,
  toEntry,
  toMark,
  withTextNewestFirst,
} from './statements.js';

/** Only the newest refused rows of a ledger keep their text; the code of each is kept for ever. */
const refusedTextsPerLedger = 1_000;
/** Any number will do, if only every process takes the same. */
const appendLock = 4_863_001;

type Trx = Transaction<Tables>;

/** The journal in the cloud's SQL store. */
export class SqlJournal implements Journal {
  readonly #database: Database;
  readonly #db: Kysely<Tables>;
  readonly #statements: ReturnType<typeof journalStatements>;
  readonly #listeners = new Set<() => void>();

  constructor(database: Database) {
    this.#database = database;
    this.#db = database.db;
    this.#statements = journalStatements(database.db);
  }

  async append(
    ledgers: readonly LedgerKey[],
    decide: (marks: readonly Mark[]) => Batch,
  ): Promise<void> {
    const stored = await asking(() =>
      this.#db.transaction().execute(async (trx) => {
        await this.#lock(trx);
        return this.#store(trx, decide(await this.#marks(trx, ledgers)));
      }),
    );
    if (stored > 0) for (const listener of this.#listeners) listener();
  }

  async newestMarks(gateways: readonly string[]): Promise<readonly Mark[]> {
    const rows = await asking(() => marksOf(this.#db, gateways).execute());
    return [...new Map(rows.map((row) => [row.gateway, toMark(row)])).values()];
  }

  async refusedAfter(key: LedgerKey, after: number, limit: number): Promise<readonly Refused[]> {
    return asking(() => refusedAfter(this.#db, key, after).limit(limit).execute());
  }

  async readFrom(position: number, limit: number): Promise<readonly JournalEntry[]> {
    const rows = await asking(() => entriesAfter(this.#db, position).limit(limit).execute());
    return rows.map(toEntry);
  }

  head(): Promise<number> {
    return asking(() => headOf(this.#db));
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** SQLite has one writer anyway; PostgreSQL is told, so that positions come in order of commits. */
  async #lock(trx: Trx): Promise<void> {
    if (this.#database.engine === 'postgres')
      await sql`select pg_advisory_xact_lock(${appendLock})`.execute(trx);
  }

  async #marks(trx: Trx, ledgers: readonly LedgerKey[]): Promise<readonly Mark[]> {
    const rows = await this.#statements.marks.run(trx, ledgers);
    return rows.map(toMark);
  }

  /** Gives how many measurements and answers were new. */
  async #store(trx: Trx, batch: Batch): Promise<number> {
    const at = batch.receivedAt;
    const fresh = await this.#unknown(trx, batch.entries);
    const head = fresh.length === 0 ? 0 : await headOf(trx);
    await this.#statements.insertEntries.run(
      trx,
      fresh.map((entry, i) => ({ ...entry, position: head + i + 1, at })),
    );
    const answered = await keepAnswers(trx, batch);
    await this.#statements.insertGaps.run(
      trx,
      batch.gaps.map((gap) => ({ ...gap, at })),
    );
    await this.#statements.saveMarks.run(
      trx,
      batch.marks.map((mark) => ({ ...mark, at })),
    );
    if (batch.refusals.length > 0) await this.#refuse(trx, batch);
    return fresh.length + answered;
  }

  /** Leaves out measurements that are already there, or twice in the same batch. */
  async #unknown(trx: Trx, entries: readonly NewEntry[]): Promise<readonly NewEntry[]> {
    const rows = await this.#statements.knownIds.run(trx, entries);
    const known = new Set(rows.map((row) => row.id.toString('hex')));
    return entries.filter((entry) => !known.has(entry.id) && known.add(entry.id));
  }

  async #refuse(trx: Trx, batch: Batch): Promise<void> {
    const rows = batch.refusals.map((refusal) => ({ ...refusal, at: batch.receivedAt }));
    await this.#statements.insertRefused.run(trx, rows);
    const ledgers = new Map(rows.map(({ gateway, ledger }) => [ledger, { gateway, ledger }]));
    for (const key of ledgers.values()) await forgetOldTexts(trx, key);
  }
}

/** Rare beside measurements: one by one. An id that is there already is handled, and not kept again. */
async function keepAnswers(trx: Trx, { answers = [], receivedAt }: Batch): Promise<number> {
  let kept = 0;
  for (const row of answers) {
    const result = await trx
      .insertInto('answers')
      .values({ ...row, received_at: receivedAt, became: 'new' })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    kept += Number(result.numInsertedOrUpdatedRows ?? 0n);
  }
  return kept;
}

async function headOf(db: Kysely<Tables>): Promise<number> {
  const row = await newestPosition(db).executeTakeFirst();
  return row?.position ?? 0;
}

async function forgetOldTexts(trx: Trx, key: LedgerKey): Promise<void> {
  const withText = withTextNewestFirst(trx, key).offset(refusedTextsPerLedger).limit(1);
  const row = await withText.executeTakeFirst();
  if (row === undefined) return;
  await trx
    .updateTable('refused')
    .set({ text: null })
    .where('gateway', '=', key.gateway)
    .where('ledger', '=', key.ledger)
    .where('text', 'is not', null)
    .where('seq', '<=', row.seq)
    .execute();
}

async function asking<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new CodedError('journal_unavailable', undefined, { cause: error });
  }
}
