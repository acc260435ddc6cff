import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { maxCommandVersion, maxPrompts, promptSchema } from '@hemma/protocols/wire/command.js';
import type { Log } from '@hemma/runtime/log.js';
import { isDamaged, openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';

/** What the gateway remembers of the newest command, in a file of its own. */

const stateSchema = z.object({
  version: z.int().nonnegative().max(maxCommandVersion),
  prompts: z.array(promptSchema).max(maxPrompts),
  /** Ids of prompts that a measurement has answered. */
  answered: z.array(z.string()).max(maxPrompts),
  anchor: z.object({ bootId: z.string(), offsetMs: z.int() }).nullable(),
});
export type PromptState = z.infer<typeof stateSchema>;

export const nothingAsked: PromptState = { version: 0, prompts: [], answered: [], anchor: null };

/** Forward only; released entries are never changed. */
const migrations: readonly string[] = [
  `CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), text TEXT NOT NULL) STRICT;`,
];
const saveSql = 'INSERT OR REPLACE INTO state (only, text) VALUES (1, ?)';
const loadSql = 'SELECT text FROM state';

/**
 * The file holds nothing that the cloud does not have: without it the gateway says that it follows no
 * command, and gets the newest again. So no fault of it ever stops a gateway.
 */
export class PromptStore {
  readonly #path: string;
  readonly #log: Log;
  #db: Sqlite | null = null;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Opens the file, a damaged one anew; gives what it holds. Never throws. */
  open(): PromptState {
    try {
      this.#db = this.#opened();
      return read(this.#db);
    } catch (error) {
      this.#log.error({ err: error }, 'prompts are kept in memory only');
      return nothingAsked;
    }
  }

  /** Never throws: what could not be saved is asked for again after the next start. */
  save(state: PromptState): void {
    try {
      this.#db?.prepare<[string]>(saveSql).run(JSON.stringify(state));
    } catch (error) {
      this.#log.error({ err: error }, 'prompts could not be saved');
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
      this.#log.error('the file of prompts is damaged: begun anew');
      for (const end of ['', '-wal', '-shm']) rmSync(`${this.#path}${end}`, { force: true });
      return openSqlite(this.#path, migrations);
    }
  }
}

/** What the file holds, read by another process while the gateway runs. */
export function inspectPrompts(path: string): PromptState {
  if (!existsSync(path)) return nothingAsked;
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

function read(db: Sqlite): PromptState {
  const text = db.prepare<[], string>(loadSql).pluck().get();
  if (text === undefined) return nothingAsked;
  try {
    const checked = stateSchema.safeParse(JSON.parse(text));
    return checked.success ? checked.data : nothingAsked;
  } catch {
    return nothingAsked;
  }
}
