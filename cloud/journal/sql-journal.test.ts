import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import { journalContract } from './journal.contract.js';
import { SqlJournal } from './sql-journal.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-journal-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

journalContract('a SQLite file', () =>
  openDatabase({ database: 'sqlite', dataDir: join(folder, String((files += 1))) }),
);

describe.skipIf(!requires('postgres', 'journal on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  journalContract('PostgreSQL', async () =>
    openDatabase({ database: await server.freshDatabase(), dataDir: folder }),
  );

  it('says that it is unavailable while the server is away, and goes on afterwards', async () => {
    const database = await openDatabase({
      database: await server.freshDatabase(),
      dataDir: folder,
    });
    const journal = new SqlJournal(database);
    await server.halt();
    await expect(journal.head()).rejects.toMatchObject({ code: 'journal_unavailable' });
    await server.resume();
    await vi.waitFor(async () => expect(await journal.head()).toBe(0));
    await database.close();
  });
});

describe('the file of the journal', () => {
  it('is refused when a newer program has written it', async () => {
    const setting = { database: 'sqlite', dataDir: join(folder, 'newer') };
    const database = await openDatabase(setting);
    await sql`insert into kysely_migration values ('999-not-yet-invented', '2030')`.execute(
      database.db,
    );
    await database.close();
    await expect(openDatabase(setting)).rejects.toThrow(/schema/);
  });

  it('keeps what it has when it is opened again', async () => {
    const setting = { database: 'sqlite', dataDir: join(folder, 'again') };
    const mark = { gateway: 'gw-one', ledger: 'a'.repeat(32), link: null };
    const saved = { ...mark, upTo: 4, handled: 0, lastRefused: 0 };
    const first = await openDatabase(setting);
    await new SqlJournal(first).append([], () => ({
      receivedAt: 1,
      entries: [],
      gaps: [],
      refusals: [],
      marks: [saved],
    }));
    await first.close();
    const second = await openDatabase(setting);
    expect(await new SqlJournal(second).newestMarks(['gw-one'])).toEqual([saved]);
    await second.close();
  });
});
