import Database from 'better-sqlite3';

/** SQLite opened the one way that survives power loss: WAL, and a sync at every commit. */

export type Sqlite = Database.Database;

/** How long a second process may hold the write lock before we give up; a backup takes seconds. */
const busyTimeoutMs = 5_000;

/**
 * Opens or creates a database and brings it to the newest schema.
 * `migrations[n]` leads from version n to n+1; released ones are never changed (forward only).
 * Throws when the file is newer than this program, or damaged.
 */
export function openSqlite(path: string, migrations: readonly string[]): Sqlite {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: Sqlite, migrations: readonly string[]): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length)
    throw new Error(
      `The database has version ${version}, this program knows ${migrations.length}.`,
    );
  const step = db.transaction((sql: string, next: number) => {
    db.exec(sql);
    db.pragma(`user_version = ${next}`);
  });
  migrations.slice(version).forEach((sql, i) => step.immediate(sql, version + i + 1));
}

/** Whether the error says that the disk has no room left. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === 'SQLITE_FULL'
    ? true
    : error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

/** Whether the error says that the file is not a sound database. */
export function isDamaged(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
  );
}
