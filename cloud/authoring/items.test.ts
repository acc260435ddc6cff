import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authors, ownHypertension } from '../../tooling/testkit/authors.js';
import type { Authors } from '../../tooling/testkit/authors.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import type { Actor, Role } from '../staff/actor.js';
import { canonicalJson, contentDigest } from './canonical.js';
import { contentOf, findItem, maxSteps, maxVersions } from './items.js';
import { PlanLibrary } from './library.js';
import type { ContentKey } from './steps.js';
import { draft, publishForTest, release, verify } from './workflow.js';
import type { AuthoringParts } from './workflow.js';

const shipped = loadContent(contentDir());
const key: ContentKey = { kind: 'plan', id: 'hypertension', version: '1.0.0' };
const folder = mkdtempSync(join(tmpdir(), 'hemma-content-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const acting = (staff: string, ...roles: Role[]): Actor => ({ staff, roles, licensed: false });

function contentOn(name: string, fresh: () => Promise<string>): void {
  describe(`content on ${name}`, () => {
    let database: Database;
    let parts: AuthoringParts;
    let people: Authors;
    let designer: Actor;
    beforeEach(async () => {
      const dataDir = mkdtempSync(join(folder, 'db-'));
      database = await openDatabase({ database: await fresh(), dataDir });
      const { db } = database;
      people = await authors(db, 0);
      designer = acting(people.designer, 'designer');
      const tenant = { languages: ['sv' as const], licenceReferences: {}, confirmedTerms: [] };
      parts = { db, clock: new ManualClock(), library: new PlanLibrary(shipped), tenant };
    });
    afterEach(() => database.close());

    const write = (revision: number | null = null, version = key.version) =>
      draft(parts, designer, {
        ...{ kind: 'plan', content: ownHypertension(version), revision, note: null },
      });
    async function released(): Promise<void> {
      await write();
      await publishForTest(parts, designer, key, 1);
      const [resident, data] = [
        acting(people.residentAdministrator, 'resident-administrator'),
        acting(people.dataAdministrator, 'data-administrator'),
      ];
      for (const actor of [resident, data])
        await verify(parts, actor, key, { revision: 1, role: null });
      const record = { note: 'First', approverRole: 'Head of clinic', nextReview: '2026-06-01' };
      const publisher = acting(people.publisher, 'publisher');
      await release(parts, publisher, key, { ...record, revision: 1 });
    }

    it('lets nobody change or remove a step, not even in SQL', async () => {
      await released();
      const { publication } = await findItem(database.db, key);
      const canonical = await contentOf(database.db, key, 1);
      expect(canonical).toBe(canonicalJson(ownHypertension(key.version)));
      expect(publication?.digest).toBe(contentDigest(canonical));
      for (const change of [
        `update content_steps set content = '{}' where step = 'draft'`,
        `update content_steps set step = 'draft' where step = 'release'`,
        `delete from content_steps where step = 'release'`,
      ])
        await expect(sql.raw(change).execute(database.db), change).rejects.toThrow('never change');
      const again = `into content_steps select kind, id, version, seq, step, revision, staff, at, data,
        '{}' from content_steps where step = 'draft'`;
      if (database.engine === 'sqlite')
        await sql.raw(`insert or replace ${again}`).execute(database.db);
      expect(await contentOf(database.db, key, 1)).toBe(canonical);
    });

    it('does not run what it cannot read any more', async () => {
      await write();
      const { db } = database;
      const row = await db.selectFrom('content_steps').selectAll().executeTakeFirstOrThrow();
      const of = { version: '0.9.0', content: '{"id":"hypertension"}' };
      const tested = { seq: 2, step: 'test', data: '{"step":"test"}', content: null } as const;
      await db
        .insertInto('content_steps')
        .values([
          { ...row, ...of },
          { ...row, ...of, ...tested },
        ])
        .execute();
      await expect(parts.library.refresh(db)).rejects.toMatchObject({ code: 'content_invalid' });
    });

    it('takes one of the drafts that are written at once', async () => {
      await write();
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => write(1)));
      const refused = outcomes.filter((it) => it.status === 'rejected');
      expect(refused).toHaveLength(7);
      for (const it of refused) expect(it.reason).toMatchObject({ code: 'content_stale' });
      expect((await findItem(database.db, key)).revision).toBe(2);
    });

    it('is read as it is now by another process, and stays when the program ships the same', async () => {
      const other = new PlanLibrary(shipped);
      await released();
      expect(other.planOf(key.id, key.version)).toBeUndefined();
      await Promise.all([other.refresh(database.db), other.refresh(database.db)]);
      expect(other.planOf(key.id, key.version)).toEqual(ownHypertension(key.version));
      const later = { ...ownHypertension(key.version), title: { sv: 'Ny', en: 'New' } };
      const plans = new Map([...shipped.plans, [key.id, later]]);
      const upgraded = new PlanLibrary({ ...shipped, plans });
      await upgraded.refresh(database.db);
      expect(upgraded.planOf(key.id, key.version)).toEqual(ownHypertension(key.version));
      expect(upgraded.newest(false).get(key.id)).toEqual(ownHypertension(key.version));
    });

    it('has as many steps and versions as its limits say', async () => {
      await write();
      const { db } = database;
      const row = await db.selectFrom('content_steps').selectAll().executeTakeFirstOrThrow();
      const steps = Array.from({ length: maxSteps - 2 }, (_, i) => ({
        ...{ ...row, seq: i + 2, revision: i + 2 },
      }));
      await db.insertInto('content_steps').values(steps).execute();
      expect((await write(maxSteps - 1)).item.revision).toBe(maxSteps);
      await expect(write(maxSteps)).rejects.toMatchObject({ code: 'request_invalid' });
      expect((await publishForTest(parts, designer, key, maxSteps)).item.state).toBe('test');

      const versions = Array.from({ length: maxVersions - 2 }, (_, i) => `2.0.${i}`);
      const firsts = versions.map((version) => ({ ...row, version }));
      await db.insertInto('content_steps').values(firsts).execute();
      expect((await write(null, '3.0.0')).item.state).toBe('draft');
      await expect(write(null, '3.0.1')).rejects.toMatchObject({ code: 'request_invalid' });
    });
  });
}

contentOn('SQLite', () => Promise.resolve('sqlite'));

describe.runIf(requires('postgres', 'content on PostgreSQL'))('with PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  contentOn('PostgreSQL', () => postgres.freshDatabase());
});
