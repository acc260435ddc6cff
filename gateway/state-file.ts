import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { z } from 'zod';
import type { Log } from '@hemma/runtime/log.js';
import { isDamaged, openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';

/** What a state file holds, and what stands for it while it holds nothing that can be read. */
export interface StateForm<State> {
  /** What it is, in words, for the log. */
  readonly name: string;
  readonly schema: z.ZodType<State>;
  readonly empty: State;
}

/** Forward only; released entries are never changed. */
const migrations: readonly string[] = [
  `CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), text TEXT NOT NULL) STRICT;`,
];
const saveSql = 'INSERT OR REPLACE INTO state (only, text) VALUES (1, ?)';
const loadSql = 'SELECT text FROM state';

/**
 * What the gateway remembers of the newest command, in a file of its own. It holds nothing that the
 * cloud does not have: without it the gateway says that it follows no command, and gets the newest
 * again. So no fault of it ever stops a gateway.
 */
export class StateFile<State> {
  readonly #path: string;
  readonly #form: StateForm<State>;
  readonly #log: Log;
  #db: Sqlite | null = null;

  constructor(path: string, form: StateForm<State>, log: Log) {
    this.#path = path;
    this.#form = form;
    this.#log = log;
  }

  /** Opens the file, a damaged one anew; gives what it holds. Never throws. */
  open(): State {
    try {
      this.#db = this.#opened();
      return read(this.#db, this.#form);
    } catch (error) {
      this.#log.error({ err: error }, `${this.#form.name} are kept in memory only`);
      return this.#form.empty;
    }
  }

  /** Never throws: what could not be saved is asked for again after the next start. */
  save(state: State): void {
    try {
      this.#db?.prepare<[string]>(saveSql).run(JSON.stringify(state));
    } catch (error) {
      this.#log.error({ err: error }, `${this.#form.name} could not be saved`);
    }
  }

  close(): void {
    this.#db?.close();
    this.#db = null;
  }

  #opened(): Sqlite {
    try {
      return openSqlite(this.#path, migrations);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      this.#log.error(`the file of ${this.#form.name} is damaged: begun anew`);
      for (const end of ['', '-wal', '-shm']) rmSync(`${this.#path}${end}`, { force: true });
      return openSqlite(this.#path, migrations);
    }
  }
}

/** What a file holds, read by another process while the gateway runs. */
export function inspectState<State>(path: string, form: StateForm<State>): State {
  if (!existsSync(path)) return form.empty;
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return read(db, form);
  } finally {
    db.close();
  }
}

function read<State>(db: Sqlite, { schema, empty }: StateForm<State>): State {
  const text = db.prepare<[], string>(loadSql).pluck().get();
  if (text === undefined) return empty;
  try {
    const checked = schema.safeParse(JSON.parse(text));
    return checked.success ? checked.data : empty;
  } catch {
    return empty;
  }
}
