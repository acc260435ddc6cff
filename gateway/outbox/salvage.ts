import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { sha256 } from './chain.js';
import type { CoursePoint } from '../owner/course.js';
import type { DoubtfulRow, Row } from './rows.js';

/**
 * What happens to an outbox file that cannot be used any more: it is put aside under another name,
 * and whatever can still be read of the rows that the cloud may not have is taken over.
 */

/** Files beside the database that belong to it. */
const companions = ['', '-wal', '-shm'];

/** Files put aside are evidence for medical technology; more than this would fill a small disk. */
export const maxFilesAside = 3;

/** Renames the file and its companions; gives the new path. */
export function setAside(path: string): string {
  const aside = `${path}.aside-${randomBytes(4).toString('hex')}`;
  for (const companion of companions)
    if (existsSync(path + companion)) renameSync(path + companion, aside + companion);
  removeOldestAside(path);
  return aside;
}

function removeOldestAside(path: string): void {
  const prefix = `${basename(path)}.aside-`;
  const folder = dirname(path);
  const databases = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .map((name) => join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of databases.slice(maxFilesAside))
    for (const companion of companions) rmSync(old + companion, { force: true });
}

export interface Salvaged {
  readonly rows: readonly Row[];
  readonly held: readonly Row[];
  readonly doubtful: readonly DoubtfulRow[];
  readonly course: readonly CoursePoint[];
}

interface StoredRow {
  readonly seq: number;
  readonly id: string;
  readonly text: string;
  readonly digest: string;
}

const rowColumns = 'SELECT seq, id, text, digest FROM outbox WHERE seq > ? AND text IS NOT NULL';
const ledgerColumns = 'SELECT handled FROM ledger WHERE only > ?';
const heldColumns = 'SELECT id, text FROM held WHERE ordinal > ? ORDER BY ordinal';
const doubtfulColumns =
  'SELECT id, text, code, since_ms AS sinceMs, until_ms AS untilMs FROM doubtful ' +
  'WHERE ordinal > ? ORDER BY ordinal';
const courseColumns =
  'SELECT patient, quantity, at_ms AS atMs, value FROM course WHERE at_ms > ? ORDER BY 1, 2, 3';

/**
 * Reads every sound row after the confirmed point, from the front until something cannot be read and
 * then from the back. A row whose text does not match its digest is not trusted. Without `handled`
 * the file's own word is taken; if that is gone all rows are: the cloud refuses what it has.
 */
export function salvage(aside: string, handled: number | null): Salvaged {
  let db;
  try {
    db = new Database(aside, { fileMustExist: true });
  } catch {
    return { rows: [], held: [], doubtful: [], course: [] };
  }
  try {
    // Otherwise SQLite reads nothing at all from a file that was cut short.
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    const after = handled ?? readable<{ handled: number }>(db, ledgerColumns, 0)[0]?.handled ?? 0;
    const front = readable<StoredRow>(db, `${rowColumns} ORDER BY seq`, after);
    const end = front.at(-1)?.seq ?? after;
    const back = readable<StoredRow>(db, `${rowColumns} ORDER BY seq DESC`, end).reverse();
    return {
      rows: [...front, ...back].filter((row) => sha256(row.text) === row.digest),
      held: readable(db, heldColumns, 0),
      doubtful: readable(db, doubtfulColumns, 0),
      course: readable(db, courseColumns, 0),
    };
  } finally {
    db.close();
  }
}

/** Rows in order up to the first place that cannot be read. */
function readable<Row>(db: Database.Database, query: string, after: number): Row[] {
  const rows: Row[] = [];
  try {
    for (const row of db.prepare<[number], Row>(query).iterate(after)) rows.push(row);
  } catch {
    // The damaged part begins here.
  }
  return rows;
}
