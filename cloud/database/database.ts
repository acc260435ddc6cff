import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import {
  CompiledQuery,
  Kysely,
  Migrator,
  PostgresDialect,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import { sql } from 'kysely';
import type {
  DatabaseConnection,
  Dialect,
  Driver,
  Migration,
  SqliteDatabase,
  SqliteStatement,
} from 'kysely';
import pg from 'pg';
import type { ColumnTypes, Statements } from './columns.js';
import { migrations } from './schema.js';
import type { Tables } from './schema.js';

export type Engine = 'sqlite' | 'postgres';

/** The cloud's SQL store. `db` is for ordinary queries; hot ones look at `engine` too. */
export interface Database {
  readonly engine: Engine;
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

export interface DatabaseSetting {
  /** `sqlite`, or the URL of a PostgreSQL database. */
  readonly database: string;
  /** Folder of the SQLite file. */
  readonly dataDir: string;
}

const columnTypes: Readonly<Record<Engine, ColumnTypes>> = {
  sqlite: {
    ...{ int64: 'integer', octets: 'blob', clustered: 'without rowid' },
    appendOnly: (table, key) => [
      ...['update', 'delete'].map(
        (change) => `create trigger ${table}_no_${change} before ${change} on ${table}
          begin select raise(abort, 'Rows of ${table} never change.'); end`,
      ),
      // "insert or replace" removes a row without the trigger for that.
      `create trigger ${table}_no_replace before insert on ${table}
        when exists (select 1 from ${table} where ${key.map((it) => `${it} = new.${it}`).join(' and ')})
        begin select raise(ignore); end`,
    ],
  },
  postgres: {
    ...{ int64: 'bigint', octets: 'bytea', clustered: '' },
    appendOnly: (table) => [
      `create function ${table}_never_change() returns trigger language plpgsql
        as $$ begin raise exception 'Rows of ${table} never change.'; end $$`,
      `create trigger ${table}_append_only before update or delete or truncate on ${table}
        for each statement execute function ${table}_never_change()`,
    ],
  },
};

/**
 * Opens or creates the store and brings it to the newest schema. Throws when it cannot be reached,
 * or was written by a newer program.
 */
export async function openDatabase(setting: DatabaseSetting): Promise<Database> {
  const engine: Engine = setting.database === 'sqlite' ? 'sqlite' : 'postgres';
  const dialect =
    engine === 'sqlite' ? sqliteDialect(setting.dataDir) : postgresDialect(setting.database);
  const db = new Kysely<Tables>({ dialect });
  try {
    await migrate(db, columnTypes[engine]);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { engine, db, close: () => db.destroy() };
}

async function migrate(db: Kysely<Tables>, columns: ColumnTypes): Promise<void> {
  const list = Object.entries(migrations).map(
    ([name, statements]) => [name, migration(statements, columns)] as const,
  );
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(list)) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined)
    throw new Error('The schema of the database is not ours.', { cause: error });
}

function migration(statements: Statements, columns: ColumnTypes): Migration {
  return {
    async up(db) {
      for (const statement of statements(columns)) await sql.raw(statement).execute(db);
    },
  };
}

/** Pages of the file kept in memory, KiB: holds the upper levels of the index over random ids. */
const sqliteCacheKib = 65_536;
/** Pages of the log before they are copied into the file, 64 MiB: most are written several times. */
const sqliteCheckpointPages = 16_384;

function sqliteDialect(dataDir: string): Dialect {
  mkdirSync(dataDir, { recursive: true });
  const sqlite = openSqlite(join(dataDir, 'cloud.sqlite'), []);
  sqlite.pragma(`cache_size = -${sqliteCacheKib}`);
  sqlite.pragma(`wal_autocheckpoint = ${sqliteCheckpointPages}`);
  return new ImmediateSqliteDialect({ database: withStatementCache(sqlite) });
}

/** Different statements kept ready; the system has fewer, and rare ones are prepared again. */
const maxPreparedStatements = 500;

/** Kysely prepares at every call; a statement over many rows takes a tenth of its time for that. */
function withStatementCache(sqlite: Sqlite): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => sqlite.close(),
    prepare: (text) => {
      const known = prepared.get(text);
      if (known !== undefined) return known;
      if (prepared.size >= maxPreparedStatements) prepared.clear();
      const statement: SqliteStatement = sqlite.prepare(text);
      prepared.set(text, statement);
      return statement;
    },
  };
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: SqliteDatabase;

  constructor(config: { database: SqliteDatabase }) {
    super(config);
    this.#database = config.database;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver({ database: this.#database });
  }
}

/**
 * Takes the write lock at the beginning of a transaction: one that begins by reading could not get
 * it any more after another process (the command line) has written.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

/** Connections to PostgreSQL: ingest, two followers and the pages; more would only queue there. */
const maxPostgresConnections = 8;
/** A server that is there answers in milliseconds; one that is starting takes seconds. */
const postgresConnectTimeoutMs = 10_000;
/** `int8`, which the driver gives as text; all of ours are far below 2^53. */
const int8Oid = 20;

function postgresDialect(url: string): Dialect {
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8Oid, Number);
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: maxPostgresConnections,
    connectionTimeoutMillis: postgresConnectTimeoutMs,
  });
  // A connection that breaks is replaced by the pool, and whoever uses it gets an error of their own;
  // without a listener the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new PostgresDialect({ pool });
}
