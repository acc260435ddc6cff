import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { failuresNewestFirst, pointsNewestFirst, SqlTrends } from './sql.js';
import { trendsContract } from './trends.contract.js';

async function openSqlite(): Promise<{ database: Database; close: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hemma-trends-'));
  const database = await openDatabase({ database: 'sqlite', dataDir });
  const close = async (): Promise<void> => {
    await database.close();
    rmSync(dataDir, { recursive: true });
  };
  return { database, close };
}

trendsContract('SQLite', async () => {
  const { database, close } = await openSqlite();
  return { trends: new SqlTrends(database.db), close };
});

describe('the hot queries of trends in SQLite', () => {
  let store: Awaited<ReturnType<typeof openSqlite>>;
  beforeAll(async () => (store = await openSqlite()));
  afterAll(() => store.close());
  const query = { patient: 'p-00000001', fromMs: 0, toMs: 1, limit: 10 };

  it.each([
    [
      'trend_points_by_time',
      () => pointsNewestFirst(store.database.db, { ...query, code: 'spo2' }),
    ],
    ['trend_failures_by_time', () => failuresNewestFirst(store.database.db, query)],
  ])('walk the index %s and sort nothing', async (index, build) => {
    const { sql: text, parameters } = build().compile();
    const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(
      parameters.reduce<string>((t, p) => t.replace('?', `'${String(p)}'`), text),
    )}`.execute(store.database.db);
    const said = plan.rows.map((row) => row.detail).join('\n');
    expect(said).toContain(`USING INDEX ${index}`);
    expect(said).not.toContain('TEMP B-TREE');
  });
});

describe('a SQL store that cannot be reached', () => {
  it('is a transient fault of the trends', async () => {
    const { database, close } = await openSqlite();
    const trends = new SqlTrends(database.db);
    await close();
    const down = { code: 'trends_unavailable', class: 'transient' };
    await expect(trends.write([aMeasurement()])).rejects.toMatchObject(down);
    await expect(trends.count()).rejects.toMatchObject(down);
  });
});
