import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { PlanLibrary } from '../authoring/library.js';
import { loadCatalogue } from '../catalogue.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import type { PrescribingParts } from '../prescribing/parts.js';
import { PlanPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import { complete, undo } from './complete.js';
import { programmeOf } from './programme.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-taps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dayMs = 86_400_000;

function tapsOn(name: string, fresh: () => Promise<string>): void {
  describe(`taps at once, on ${name}`, () => {
    const clock = new ManualClock();
    let database: Database;
    let parts: PrescribingParts;
    let episode: string;
    beforeEach(async () => {
      const dataDir = mkdtempSync(join(folder, 'db-'));
      database = await openDatabase({ database: await fresh(), dataDir });
      const { db } = database;
      const library = new PlanLibrary(loadContent(contentDir()));
      const { content, planOf } = library;
      const worklist = new Worklist(db, new PlanPromises(planOf));
      const catalogue = loadCatalogue(contentDir());
      parts = { db, clock, content, library, planOf, catalogue, worklist };
      const plan = { plan: 'neurorehab-health-plan', planVersion: '0.1.0-draft' };
      const person = { displayName: 'Test Person', isTest: true, ...plan };
      const patient = await enrol(db, person, clock.wall().ms - 3 * dayMs);
      episode = (await runningEpisodes(db, [patient]))[0]?.id ?? '';
    });
    afterEach(() => database.close());

    const tap = (key: string) => complete(parts, null, episode, { task: 'activity-log', key });
    const done = async () => {
      const { goals } = await programmeOf(parts, episode);
      return goals.find((it) => it.id === 'plan-done')?.value;
    };

    it('are one where they are the same, and all kept where they are not', async () => {
      const same = await Promise.all(Array.from({ length: 10 }, () => tap('tap-the-same')));
      expect(new Set(same.map((it) => it.entry)).size).toBe(1);
      expect(same.filter((it) => it.isNew)).toHaveLength(1);
      const others = Array.from({ length: 10 }, (_, i) => tap(`tap-number-${i}`));
      expect((await Promise.all(others)).every((it) => it.isNew)).toBe(true);
      expect(await done()).toBe(11);
    });

    it('are taken back once, and said anew', async () => {
      const { entry } = await tap('tap-the-same');
      await Promise.all(Array.from({ length: 5 }, () => undo(parts, null, episode, entry)));
      expect(await done()).toBe(0);
      expect(await tap('tap-the-same')).toMatchObject({ isNew: true });
      expect(await done()).toBe(1);
    });
  });
}

tapsOn('SQLite', () => Promise.resolve('sqlite'));

describe.skipIf(!requires('postgres', 'taps at once on PostgreSQL'))('with a server', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());
  tapsOn('PostgreSQL', () => postgres.freshDatabase());
});
