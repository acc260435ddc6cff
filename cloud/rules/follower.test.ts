import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { aMeasurement, journalEntries } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { loadCatalogue } from '../catalogue.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import type { JournalEntry } from '../journal/journal.js';
import { People } from '../people/people.js';
import { loadContent } from '../plans/content.js';
import { Worklist } from '../worklist/worklist.js';
import { RulesFollower } from './follower.js';

const content = join(import.meta.dirname, '../content');
const { plans } = loadContent(content);
const catalogue = loadCatalogue(content);
const folder = mkdtempSync(join(tmpdir(), 'hemma-rules-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hour = 3_600_000;
const day = 24 * hour;
/** 08:00 in Stockholm. */
const morning = Date.UTC(2026, 0, 15, 7);

function spo2(value: number, at: number, more: Partial<Measurement> = {}): Measurement {
  return { ...aMeasurement({ kind: 'spo2', at, values: { spo2: value } }), ...more };
}

function rulesOn(name: string, open: () => Promise<Database>): void {
  describe(`the follower of rules on ${name}`, () => {
    let database: Database;
    let worklist: Worklist;
    let follower: RulesFollower;
    let changed: string[];
    beforeEach(async () => {
      database = await open();
      const people = new People(database.db);
      const patient = { displayName: 'Test Person', plan: 'copd', parameters: {} };
      await people.add({ ...patient, ref: 'p-00000001' }, morning);
      await people.add({ ...patient, ref: 'p-00000002', parameters: { spo2Red: 80 } }, morning);
      await people.add({ ...patient, ref: 'p-00000003', plan: null }, morning);
      worklist = new Worklist(database.db);
      changed = [];
      follower = new RulesFollower({
        plans,
        catalogue,
        tasks: worklist,
        changed: (patients) => changed.push(...patients),
      });
      return () => database.close();
    });

    const apply = (entries: readonly JournalEntry[]): Promise<void> =>
      database.db.transaction().execute((trx) => follower.apply(entries, trx));
    const see = (measurements: readonly Measurement[], receivedAt?: number): Promise<void> =>
      apply(journalEntries(measurements, receivedAt));
    const findings = () =>
      database.db
        .selectFrom('findings')
        .select(['rule', 'kind', 'value', 'count', 'measured_at', 'cleared_at'])
        .orderBy('raised_at')
        .orderBy('measured_at')
        .orderBy('rule')
        .execute();
    const tasks = () =>
      database.db.selectFrom('tasks').select(['id', 'state', 'severity']).execute();

    it('gives sustained values one episode and one task, counted, with the newest value', async () => {
      await see([spo2(87, morning), spo2(85, morning + hour), spo2(86, morning + 2 * hour)]);
      await see([spo2(84, morning + 3 * hour)]);
      const last = { value: 84, count: 4, measured_at: morning + 3 * hour, cleared_at: null };
      expect(await findings()).toEqual([{ rule: 'copd-spo2-red', kind: 'episode', ...last }]);
      expect(await tasks()).toMatchObject([{ state: 'open', severity: 'red' }]);
    });

    it('goes through hysteresis, and begins anew after it', async () => {
      const values = [89, 89, 90, 90, 91, 91, 89, 89];
      const states: number[] = [];
      for (const [i, value] of values.entries()) {
        await see([spo2(value, morning + i * day)]);
        states.push((await findings()).filter((it) => it.cleared_at === null).length);
      }
      expect(states).toEqual([0, 1, 1, 1, 1, 0, 0, 1]);
      expect(await tasks()).toHaveLength(2);
    });

    it('keeps a task that nobody has seen when the values are back, and ends a seen one', async () => {
      await see([0, 1].map((i) => spo2(89, morning + i * day)));
      await see([2, 3].map((i) => spo2(95, morning + i * day)));
      const [unseen] = await tasks();
      expect(unseen?.state).toBe('open');
      await worklist.acknowledge(unseen!.id, morning + 4 * day);
      expect((await tasks()).map((it) => it.state)).toEqual(['closed']);
      await see([4, 5].map((i) => spo2(89, morning + i * day)));
      const seen = (await tasks()).find((it) => it.state === 'open');
      await worklist.acknowledge(seen!.id, morning + 6 * day);
      await see([6, 7].map((i) => spo2(95, morning + i * day)));
      expect((await tasks()).map((it) => it.state)).toEqual(['closed', 'closed']);
    });

    it('begins a new episode after a person closed the one before', async () => {
      await see([spo2(85, morning)]);
      const [first] = await tasks();
      await worklist.acknowledge(first!.id, morning + 1);
      await see([spo2(85, morning + hour)]);
      expect(await tasks()).toHaveLength(1);
      await worklist.close(first!.id, 'contacted', morning + hour + 1);
      await see([spo2(85, morning + 2 * hour)]);
      expect((await tasks()).map((it) => it.state).sort()).toEqual(['closed', 'open']);
      expect((await findings()).map((it) => it.count)).toEqual([2, 1]);
    });

    it('notes once a day what comes too late, and gives nobody a task', async () => {
      const late = Array.from({ length: 6 }, (_, i) => spo2(80, morning + i * 8 * hour));
      await see(late, morning + 10 * day);
      const red = (await findings()).filter((it) => it.rule === 'copd-spo2-red');
      expect(red.map((it) => [it.kind, it.count])).toEqual([
        ['note', 2],
        ['note', 3],
        ['note', 1],
      ]);
      expect(await tasks()).toEqual([]);
    });

    it('judges nothing that does not count', async () => {
      await see([
        spo2(70, morning, { flags: ['time_uncertain'] }),
        spo2(70, morning + 1, { flags: ['control_solution'] }),
        spo2(49, morning + 2),
        aMeasurement({ kind: 'spo2', failure: 'sensor_off', at: morning + 3 }),
      ]);
      expect(await findings()).toEqual([]);
    });

    it('uses what is set for the patient, and leaves others and those without a plan alone', async () => {
      const to = (patient: string, value: number): Measurement => spo2(value, morning, { patient });
      await see([to('p-00000002', 80), to('p-00000003', 60), to('p-99999999', 60)]);
      expect(await findings()).toEqual([]);
      await see([to('p-00000002', 79)]);
      expect(await findings()).toMatchObject([{ rule: 'copd-spo2-red', value: 79 }]);
    });

    it('does everything of a batch or nothing', async () => {
      const entries = journalEntries([spo2(85, morning)]);
      const broken = database.db.transaction().execute(async (trx) => {
        await follower.apply(entries, trx);
        throw new Error('the process dies here');
      });
      await expect(broken).rejects.toThrow('dies here');
      expect([await findings(), await tasks()]).toEqual([[], []]);
      await apply(entries);
      expect(await tasks()).toHaveLength(1);
    });

    it('keeps when a patient last measured, whatever the order', async () => {
      const latest = () => database.db.selectFrom('latest_measurements').selectAll().execute();
      await see([spo2(95, morning + hour), spo2(95, morning)]);
      await see([spo2(95, morning - day)]);
      await see([aMeasurement({ kind: 'spo2', failure: 'aborted', at: morning + day })]);
      expect(await latest()).toEqual([{ patient: 'p-00000001', measured_at: morning + hour }]);
    });

    it('tells whose data changed, each once', () => {
      follower.committed(journalEntries([spo2(95, morning), spo2(95, morning + 1)]));
      expect(changed).toEqual(['p-00000001']);
    });
  });
}

rulesOn('SQLite', () =>
  openDatabase({ database: 'sqlite', dataDir: join(folder, String((files += 1))) }),
);

describe.skipIf(!requires('postgres', 'rules on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  rulesOn('PostgreSQL', async () =>
    openDatabase({ database: await server.freshDatabase(), dataDir: folder }),
  );
});
