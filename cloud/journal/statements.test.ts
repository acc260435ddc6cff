import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import {
  entriesAfter,
  journalStatements,
  marksOf,
  newestPosition,
  refusedAfter,
  withTextNewestFirst,
} from './statements.js';

/** What every round runs must walk an index, however large the journal has become. */
describe('query plans of the journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-plans-'));
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
  });
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const planOf = async ({ sql, parameters }: CompiledQuery): Promise<string> => {
    const explain = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await database.db.executeQuery(explain);
    // SQLite describes each step of a plan by its column `detail`.
    return (rows as { detail: string }[]).map((row) => row.detail).join('; ');
  };
  const key = { gateway: 'gw-one', ledger: 'a'.repeat(32) };
  const entry = {
    ...key,
    seq: 1,
    id: 'b'.repeat(64),
    patient: 'p-00000001',
    kind: 'glucose' as const,
    measuredAt: 1,
    text: '{}',
  };

  it('finds known ids by the index over ids', async () => {
    const { knownIds } = journalStatements(database.db);
    expect(await planOf(knownIds.compile([entry, entry]))).toMatch(
      /^SEARCH journal USING COVERING INDEX sqlite_autoindex_journal_1 \(id=\?\)$/,
    );
  });

  it('finds marks by their key, also those of many ledgers', async () => {
    const { marks } = journalStatements(database.db);
    for (const keys of [[key], [key, key], Array.from({ length: 50 }, () => key)])
      expect(await planOf(marks.compile(keys))).not.toMatch(/SCAN marks/);
  });

  it('walks no more than it gives', async () => {
    const { db } = database;
    const plans = await Promise.all(
      [
        entriesAfter(db, 5).limit(10),
        newestPosition(db),
        marksOf(db, ['gw-one', 'gw-two']),
        refusedAfter(db, key, 3).limit(10),
        withTextNewestFirst(db, key).offset(1_000).limit(1),
      ].map((query) => planOf(query.compile())),
    );
    expect(plans).toEqual([
      'SEARCH journal USING INTEGER PRIMARY KEY (rowid>?)',
      'SCAN journal',
      expect.stringMatching(/^SEARCH marks USING INDEX \S+ \(gateway=\?\)/),
      expect.stringMatching(
        /^SEARCH refused USING INDEX \S+ \(gateway=\? AND ledger=\? AND seq>\?\)$/,
      ),
      'SEARCH refused USING INDEX refused_with_text (gateway=? AND ledger=?)',
    ]);
  });
});
