import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement, journalled } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { loadCatalogue } from '../catalogue.js';
import { Prompts } from '../commands/wanted.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import type { JournalEntry } from '../journal/journal.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import type { Actor } from '../staff/actor.js';
import { Staff } from '../staff/staff.js';
import { noPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import { reasonOf } from './finding-rows.js';
import { RulesFollower } from './follower.js';

const content = join(import.meta.dirname, '../content');
const plansAndMore = loadContent(content);
const catalogue = loadCatalogue(content);
const folder = mkdtempSync(join(tmpdir(), 'hemma-rules-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minute = 60_000;
const hour = 60 * minute;
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
    let journal: SqlJournal;
    let clock: ManualClock;
    let somebody: Actor;
    beforeEach(async () => {
      database = await open();
      journal = new SqlJournal(database);
      clock = new ManualClock(morning);
      const patient = { displayName: 'Test Person', plan: 'copd' };
      for (const one of [
        { ...patient, ref: 'p-00000001' },
        { ...patient, ref: 'p-00000002', parameters: { spo2Red: 80 } },
        { ...patient, ref: 'p-00000003', plan: null },
        { ...patient, ref: 'p-00000004', plan: 'heart-failure' },
      ])
        await enrol(database.db, one, morning);
      worklist = new Worklist(database.db, noPromises);
      const member = { displayName: 'Test Clinician', roles: ['clinician'] as const };
      const ref = await new Staff(database.db).add({ ...member, licensed: true, unit: null }, 0);
      somebody = { staff: ref, roles: member.roles, licensed: true };
      changed = [];
      follower = new RulesFollower({
        content: plansAndMore,
        planOf: shippedPlan(plansAndMore),
        refresh: () => Promise.resolve(),
        catalogue,
        clock,
        tasks: worklist,
        prompts: new Prompts(clock),
        changed: (patients) => changed.push(...patients),
      });
      return () => database.close();
    });

    const apply = (entries: readonly JournalEntry[]): Promise<void> =>
      database.db.transaction().execute((trx) => follower.apply(entries, trx));
    const see = async (measurements: readonly Measurement[], receivedAt?: number): Promise<void> =>
      apply(await journalled(journal, measurements, receivedAt));
    /** Time goes on; what it brings is looked at. */
    const wait = async (ms: number): Promise<void> => {
      clock.jumpWall(ms);
      const position = await journal.head();
      if (!(await follower.isDue(database.db))) return;
      (await database.db.transaction().execute((trx) => follower.wake(trx, position)))();
    };
    const findings = async () => {
      const rows = await database.db
        .selectFrom('findings')
        .selectAll()
        .where('topic', '=', 'assess')
        .orderBy('began_at')
        .orderBy('rule')
        .execute();
      return rows.map((row) => ({ ...row, value: reasonOf(row).value }));
    };
    const tasks = () =>
      database.db
        .selectFrom('tasks')
        .innerJoin('findings', 'findings.id', 'tasks.finding')
        .where('topic', '=', 'assess')
        .select(['tasks.id', 'tasks.state', 'tasks.severity', 'opened_at'])
        .orderBy('opened_at')
        .execute();

    it('gives sustained values one finding and one task, counted, with the newest value', async () => {
      await see([spo2(87, morning), spo2(85, morning + 6 * minute), spo2(86, morning + hour)]);
      await see([spo2(84, morning + 3 * hour)]);
      const finding = { rule: 'copd-spo2-red', kind: 'raised', severity: 'red', cleared_at: null };
      const last = { value: 84, count: 3, latest_at: morning + 3 * hour };
      expect(await findings()).toMatchObject([{ ...finding, ...last }]);
      expect(await tasks()).toMatchObject([{ state: 'open', severity: 'red' }]);
    });

    it('gives sustained values one task, however many write at once', async () => {
      const times = Array.from({ length: 50 }, (_, i) => morning + i * 6 * minute);
      const entries = await journalled(
        journal,
        times.map((at) => spo2(80, at)),
      );
      await Promise.all(entries.map((entry) => apply([entry])));
      expect(await tasks()).toMatchObject([{ state: 'open', severity: 'red' }]);
      const raised = (await findings()).filter((it) => it.kind === 'raised');
      expect(raised).toMatchObject([{ began_at: morning, cleared_at: null }]);
    });

    it('waits for the repeat before anybody gets a task', async () => {
      await see([spo2(87, morning)]);
      expect(await findings()).toMatchObject([{ kind: 'confirming', raised_at: null }]);
      await wait(30 * minute - 1);
      expect(await tasks()).toEqual([]);
      await see([spo2(86, morning + 20 * minute)]);
      expect(await tasks()).toMatchObject([{ severity: 'red', opened_at: morning + 20 * minute }]);
    });

    it('gives a task when no repeat came in time, and says so to the pages', async () => {
      // New episodes are looked at once.
      await wait(0);
      changed.length = 0;
      await see([spo2(87, morning)]);
      await wait(30 * minute);
      const opened = { state: 'open', severity: 'yellow', opened_at: morning + 30 * minute };
      expect(await tasks()).toMatchObject([opened]);
      expect(changed).toEqual(['p-00000001']);
      await wait(hour);
      expect(changed).toEqual(['p-00000001']);
    });

    it('notes what a repeat did not confirm', async () => {
      await see([spo2(87, morning), spo2(95, morning + 6 * minute)]);
      await wait(hour);
      const over = { kind: 'unconfirmed', severity: 'info', cleared_at: morning + 6 * minute };
      expect(await findings()).toMatchObject([over]);
      expect(await tasks()).toEqual([]);
    });

    it('judges a reading that is dated ahead as one of the moment at which it came', async () => {
      await see([spo2(95, morning - hour), spo2(87, morning + minute)], morning);
      expect(await findings()).toMatchObject([{ kind: 'confirming', began_at: morning }]);
    });

    it('judges rises: weight against the days before', async () => {
      const weight = (kg: number, i: number): Measurement =>
        aMeasurement({
          ...{ kind: 'body_weight', patient: 'p-00000004', at: morning + i * day },
          values: { body_weight: kg },
        });
      await see([weight(80.3, 0), weight(81, 1)]);
      expect(await tasks()).toEqual([]);
      await see([weight(82.3, 2)]);
      await see([weight(82.4, 3)]);
      const [gain, ...others] = await findings();
      expect(others).toEqual([]);
      expect(gain).toMatchObject({ rule: 'hf-w-gain3d', count: 2, cleared_at: null });
      expect(reasonOf(gain!)).toEqual({
        ...{ condition: 'change', code: 'body_weight', direction: 'above' },
        ...{ value: 2.1, limit: 2, days: 3, values: 1, clearsAt: 81.3 },
        measuredAt: morning + 3 * day,
      });
      await see([weight(81.3, 4)]);
      expect((await findings())[0]?.cleared_at).toBe(morning + 4 * day);
      expect(await tasks()).toMatchObject([{ state: 'open', severity: 'yellow' }]);
    });

    it('goes through hysteresis, and begins anew after it', async () => {
      const values = [89, 89, 90, 89, 91, 91, 89, 89];
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
      await worklist.acknowledge(unseen!.id, somebody, morning + 4 * day);
      expect((await tasks()).map((it) => it.state)).toEqual(['closed']);
      await see([4, 5].map((i) => spo2(89, morning + i * day)));
      const seen = (await tasks()).find((it) => it.state === 'open');
      await worklist.acknowledge(seen!.id, somebody, morning + 6 * day);
      await see([6, 7].map((i) => spo2(95, morning + i * day)));
      expect((await tasks()).map((it) => it.state)).toEqual(['closed', 'closed']);
    });

    it('begins a new finding after a person closed the one before, and the cooldown is over', async () => {
      await see([spo2(85, morning), spo2(85, morning + 6 * minute)]);
      const [first] = await tasks();
      await worklist.acknowledge(first!.id, somebody, morning + hour);
      await see([spo2(85, morning + 2 * hour)]);
      expect(await tasks()).toHaveLength(1);
      await worklist.resolve(
        first!.id,
        { reason: 'contacted', note: null },
        somebody,
        morning + 3 * hour,
      );
      await see([spo2(85, morning + 4 * hour), spo2(85, morning + 5 * hour)]);
      expect(await tasks()).toHaveLength(1);
      await see([spo2(85, morning + day), spo2(85, morning + day + 6 * minute)]);
      const red = (await tasks()).filter((it) => it.severity === 'red');
      expect(red.map((it) => it.state)).toEqual(['closed', 'open']);
      const counts = (await findings()).filter((it) => it.severity === 'red');
      expect(counts.map((it) => it.count)).toEqual([2, 1]);
    });

    it('gives no second task for a finding that only values can end', async () => {
      await see([0, 1].map((i) => spo2(89, morning + i * day)));
      const [first] = await tasks();
      await worklist.resolve(
        first!.id,
        { reason: 'contacted', note: null },
        somebody,
        morning + day + 1,
      );
      await see([2, 3].map((i) => spo2(89, morning + i * day)));
      expect((await tasks()).map((it) => it.state)).toEqual(['resolved']);
      expect(await findings()).toMatchObject([{ count: 3, cleared_at: null }]);
    });

    it('notes what comes too late, and gives nobody a task', async () => {
      const late = Array.from({ length: 6 }, (_, i) => spo2(80, morning + i * 8 * hour));
      await see(late, morning + 10 * day);
      const red = (await findings()).filter((it) => it.rule === 'copd-spo2-red');
      expect(red).toMatchObject([{ kind: 'note', severity: 'yellow', count: 6 }]);
      expect(await tasks()).toEqual([]);
    });

    it('lets nothing that came too late stand in the way of what is true now', async () => {
      await see([spo2(80, morning)], morning + 10 * day);
      const now = morning + 10 * day;
      await see([spo2(80, now), spo2(80, now + 6 * minute)]);
      expect(await tasks()).toMatchObject([{ severity: 'red', opened_at: now + 6 * minute }]);
    });

    it('takes back what a late repeat denies, unless somebody has seen it', async () => {
      const scare = async (from: number): Promise<void> => {
        await see([spo2(87, from)]);
        clock.jumpWall(from - clock.wall().ms);
        await wait(30 * minute);
      };
      const deny = (from: number): Promise<void> =>
        see([spo2(95, from + 7 * minute)], from + 2 * hour);
      await scare(morning);
      expect(await tasks()).toHaveLength(1);
      await deny(morning);
      expect(await tasks()).toEqual([]);
      expect(await findings()).toMatchObject([{ kind: 'unconfirmed' }]);
      await scare(morning + 30 * day);
      const [seen] = await tasks();
      await worklist.acknowledge(seen!.id, somebody, morning + 30 * day + hour);
      await deny(morning + 30 * day);
      expect(await tasks()).toMatchObject([{ id: seen!.id, state: 'acknowledged' }]);
      const [, denied, kept] = await findings();
      expect([denied?.kind, kept?.recalculated, kept?.id]).toEqual(['unconfirmed', 1, seen!.id]);
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
      expect(await findings()).toMatchObject([
        { rule: 'copd-spo2-red', value: 79, patient: 'p-00000002' },
      ]);
    });

    it('does everything of a batch or nothing', async () => {
      const low = [spo2(85, morning), spo2(85, morning + 6 * minute)];
      const entries = await journalled(journal, low);
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

    it('tells whose data changed, each once', async () => {
      const entries = await journalled(journal, [spo2(95, morning), spo2(95, morning + 1)]);
      follower.committed(entries);
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
