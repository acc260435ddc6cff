import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, sql, SqliteDialect } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import { openDatabase } from '../database/database.js';
import { migrations } from '../database/schema.js';
import { episodesOf } from './episodes.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-upgrade-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sqlite = {
  int64: 'integer',
  octets: 'blob',
  appendOnly: () => [],
  clustered: 'without rowid',
};

/** A store as the program wrote it when a patient had one plan and there were no episodes. */
async function oldStore(): Promise<void> {
  const file = openSqlite(join(folder, 'cloud.sqlite'), []);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: file }) });
  const old = Object.entries(migrations).filter(([name]) => name < '008');
  const up = (statements: readonly string[]) => async (to: Kysely<unknown>) => {
    for (const statement of statements) await sql.raw(statement).execute(to);
  };
  const list = old.map(([name, statements]) => [name, { up: up(statements(sqlite)) }] as const);
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(list)) };
  expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined();
  file.exec(`
    insert into patients values ('p-00000001', 'A', 'copd', '{"spo2Red":80}', 5),
      ('p-00000002', 'B', null, '{}', 6);
    insert into judgings values ('p-00000001', 77, 99);
    insert into findings values ('f1', 'p-00000001', 'copd', '0.1.0', 'copd-spo2-red', 'red',
      'episode', 7, 8, null, 9, 10, 1, 0, 0, '{}', '{}');
    insert into tasks values ('t1', 'f1', 'p-00000001', 'red', 'closed', 9, 10, 11,
      'treatment_changed')`);
  await db.destroy();
}

describe('a store from before there were episodes', () => {
  it('keeps plans, settings, findings and how far they are judged', async () => {
    await oldStore();
    const database = await openDatabase({ database: 'sqlite', dataDir: folder });
    const { db } = database;
    const [episode] = await episodesOf(db, 'p-00000001');
    expect(episode).toMatchObject({
      ...{ plan: 'copd', planVersion: '0.1.0', parameters: { spo2Red: 80 }, startedAt: 5 },
      endedAt: null,
    });
    expect(await episodesOf(db, 'p-00000002')).toEqual([]);
    const finding = db.selectFrom('findings').select('episode');
    expect(await finding.execute()).toEqual([{ episode: episode!.id }]);
    expect(await db.selectFrom('judgings').selectAll().execute()).toEqual([
      {
        ...{ episode: episode!.id, patient: 'p-00000001', judged_until: 77, next_at: 99 },
        news_from: null,
        missing_until: 0,
      },
    ]);
    expect(await db.selectFrom('tasks').selectAll().execute()).toMatchObject([
      { id: 't1', kind: 'assess', state: 'closed', resolved_at: 11, reason: 'treatment-changed' },
    ]);
    await database.close();
  });
});
