import { join } from 'node:path';
import { openDatabase } from '@hemma/cloud/database/database.js';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import { count, median, perSecond, timed } from '../figures.js';
import { homeOf, measurementsOf } from '../readings.js';
import type { Bench, Figure, Section } from '../section.js';

/**
 * What the disk and SQLite could do at best: the journal's very rows, its schema and indexes, written
 * by a loop around one prepared statement. Everything else in this benchmark is held against it.
 */

const rowsPerRun = 100_000;
/** A round of ingest has as many when it is busy; larger transactions were not faster. */
const rowsPerCommit = 2_000;
const runs = 3;
const singleCommits = 1_000;

const insert =
  'insert into journal (position, gateway, ledger, seq, id, patient, kind, measured_at, ' +
  'received_at, text) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
type JournalRow = readonly (string | number | Buffer)[];

export const rawSqlite: Section = {
  name: 'raw',
  title: 'better-sqlite3 alone: the rows of the journal, WAL, synchronous=FULL',
  async run(bench) {
    const batched = await bench.rawRowsPerSecond();
    const db = await emptyJournal(bench, 'raw-single');
    const single = await insertRate(db, journalRows(singleCommits), 1);
    db.close();
    return [
      {
        what: `raw SQLite, ${count(rowsPerCommit)} rows a commit`,
        value: perSecond(batched, 'rows'),
      },
      { what: 'raw SQLite, one row a commit', value: perSecond(single, 'rows') },
    ] satisfies Figure[];
  },
};

/** Rows a second at the best batch size: the median of some runs, each into a new file. */
export async function measureRawRate(bench: Bench): Promise<number> {
  const rows = journalRows(rowsPerRun);
  const rates: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const db = await emptyJournal(bench, `raw-${run}`);
    rates.push(await insertRate(db, rows, rowsPerCommit));
    db.close();
    bench.say(`raw SQLite, run ${run} of ${runs}: ${perSecond(rates.at(-1) ?? 0, 'rows')}`);
  }
  return median(rates);
}

/** A file with the schema of the cloud, opened as the cloud opens it. */
async function emptyJournal(bench: Bench, name: string): Promise<Sqlite> {
  const dataDir = bench.folder(name);
  await (await openDatabase({ database: 'sqlite', dataDir })).close();
  const db = openSqlite(join(dataDir, 'cloud.sqlite'), []);
  // As cloud/database does.
  db.pragma('cache_size = -65536');
  db.pragma('wal_autocheckpoint = 16384');
  return db;
}

async function insertRate(
  db: Sqlite,
  rows: readonly JournalRow[],
  perCommit: number,
): Promise<number> {
  const statement = db.prepare(insert);
  const commit = db.transaction((batch: readonly JournalRow[]) => {
    for (const row of batch) statement.run(row);
  });
  const { seconds } = await timed(() => {
    for (let from = 0; from < rows.length; from += perCommit)
      commit.immediate(rows.slice(from, from + perCommit));
  });
  return rows.length / seconds;
}

function journalRows(count: number): JournalRow[] {
  const now = Date.now();
  const home = homeOf(0);
  const ledger = '0123456789abcdef'.repeat(2);
  return Array.from(measurementsOf(home, count, now), (measurement, i) => [
    i + 1,
    home.gateway,
    ledger,
    i + 1,
    Buffer.from(measurement.id, 'hex'),
    home.patient,
    measurement.kind,
    measurement.time.measuredAt,
    now,
    JSON.stringify(measurement),
  ]);
}
