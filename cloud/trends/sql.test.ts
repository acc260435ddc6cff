import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Compilable } from 'kysely';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { failuresNewestFirst, pointsNewestFirst, SqlTrends } from './sql.js';
import { trendsContract } from './trends.contract.js';
import type { TrendsUnderTest } from './trends.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-trends-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openSqlite = (): Promise<Database> =>
  openDatabase({ database: 'sqlite', dataDir: join(folder, String((files += 1))) });

async function underTest(opening: Promise<Database>): Promise<TrendsUnderTest> {
  const database = await opening;
  return { trends: new SqlTrends(database.db), close: () => database.close() };
}

trendsContract('SQLite', () => underTest(openSqlite()));

describe.skipIf(!requires('postgres', 'trends in PostgreSQL'))('with a server', () => {
  let server: Postgres;
  const open = async (): Promise<Database> =>
    openDatabase({ database: await server.freshDatabase(), dataDir: folder });
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  trendsContract('PostgreSQL', () => underTest(open()));

  it('says that it is unavailable while the server is away, and goes on afterwards', async () => {
    const database = await open();
    const trends = new SqlTrends(database.db);
    const query = { patient: 'p-00000001', fromMs: 0, toMs: someMorning, limit: 1 };
    const down = { code: 'trends_unavailable', class: 'transient' };
    await server.halt();
    await expect(trends.write([aMeasurement()])).rejects.toMatchObject(down);
    await expect(trends.readFailures(query)).rejects.toMatchObject(down);
    await expect(trends.count()).rejects.toMatchObject(down);
    await server.resume();
    await trends.write([aMeasurement()]);
    expect(await trends.count()).toBe(2);
    await database.close();
  });
});

describe('the hot queries of trends in SQLite', () => {
  let database: Database;
  beforeAll(async () => (database = await openSqlite()));
  afterAll(() => database.close());
  const query = { patient: 'p-00000001', fromMs: 0, toMs: 1, limit: 10 };

  async function planOf(statement: Compilable): Promise<string> {
    const { sql: text, parameters } = statement.compile();
    const plain = parameters.reduce<string>((t, p) => t.replace('?', `'${String(p)}'`), text);
    const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(plain)}`.execute(
      database.db,
    );
    return plan.rows.map((row) => row.detail).join('\n');
  }

  it.each([
    ['trend_points', () => pointsNewestFirst(database.db, { ...query, code: 'spo2' })],
    ['trend_failures', () => failuresNewestFirst(database.db, query)],
  ])('walk the key of %s and sort nothing', async (table, statement) => {
    const plan = await planOf(statement());
    expect(plan).toContain(`SEARCH ${table} USING PRIMARY KEY`);
    expect(plan).not.toContain('TEMP B-TREE');
  });
});
