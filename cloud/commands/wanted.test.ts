import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxPrompts } from '@hemma/protocols/wire/command.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement, journalled } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { loadCatalogue } from '../catalogue.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { beginEpisode } from '../episodes/episodes.js';
import { Fleet } from '../fleet/fleet.js';
import { contentDir } from '../folders.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import { RulesFollower } from '../rules/follower.js';
import { noPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import { Prompts } from './wanted.js';

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const minute = 60_000;
/** 08:00 in Stockholm. */
const morning = Date.UTC(2026, 0, 15, 7);
const one = 'p-00000001';
const two = 'p-00000002';

function wantedOn(name: string, open: () => Promise<Database>): void {
  describe(`what is wanted of gateways on ${name}`, () => {
    let database: Database;
    let fleet: Fleet;
    let follower: RulesFollower;
    let journal: SqlJournal;
    let clock: ManualClock;
    let prompts: Prompts;
    beforeEach(async () => {
      database = await open();
      const { db } = database;
      journal = new SqlJournal(database);
      clock = new ManualClock(morning);
      fleet = new Fleet(db);
      prompts = new Prompts(clock);
      const patient = { displayName: 'A patient', plan: 'hypertension' };
      for (const ref of [one, two]) await enrol(db, { ...patient, ref }, morning);
      await fleet.add('gw-one', one, morning);
      const planOf = shippedPlan(content);
      const refresh = () => Promise.resolve();
      const changed = () => undefined;
      const parts = { content, planOf, catalogue, clock, prompts, changed, refresh };
      follower = new RulesFollower({ ...parts, tasks: new Worklist(db, noPromises) });
      return () => database.close();
    });

    const see = async (...measurements: readonly Measurement[]): Promise<void> => {
      const entries = await journalled(journal, measurements);
      await database.db.transaction().execute((trx) => follower.apply(entries, trx));
    };
    const pressure = (systolic_bp: number, at: number, patient = one): Measurement =>
      aMeasurement({ at, patient, values: { systolic_bp, diastolic_bp: 80 } });
    const wake = async (): Promise<void> => {
      const position = await journal.head();
      (await database.db.transaction().execute((trx) => follower.wake(trx, position)))();
    };
    const command = async (gateway = 'gw-one') => {
      const row = await database.db
        .selectFrom('commands')
        .selectAll()
        .where('gateway', '=', gateway)
        .executeTakeFirst();
      // Written by `Prompts` from the same type.
      return row && { ...row, prompts: JSON.parse(row.prompts) as Prompt[] };
    };
    const share = (gateway: string, patient: string): Promise<unknown> =>
      database.db.insertInto('loans').values({ gateway, patient, from_at: 0 }).execute();
    const say = (said: Partial<Status>): Promise<void> =>
      fleet.saveStatuses(
        [{ v: 1, gateway: 'gw-one', state: 'online', at: morning, ...said }],
        morning,
      );

    it('asks for nothing while values are inside the limits', async () => {
      await see(pressure(130, morning), pressure(170, morning + minute));
      expect(await command()).toBeUndefined();
    });

    it('asks for a repeat with the finding that awaits it, without its value or its rule', async () => {
      await see(pressure(186, morning));
      const asked = await command();
      const { id } = await database.db
        .selectFrom('findings')
        .select('id')
        .executeTakeFirstOrThrow();
      expect(asked?.prompts).toEqual([
        {
          ...{ id, patient: one, kinds: ['blood_pressure'] },
          quantities: ['systolic_bp', 'diastolic_bp'],
          text: {
            sv: 'Värdet avviker. Vila fem minuter och mät igen.',
            en: 'The value is unusual. Rest five minutes and measure again.',
          },
          restMinutes: 5,
          notBefore: morning + 5 * minute,
          until: morning + 30 * minute,
        },
      ]);
    });

    it.each([
      ['confirmed', 184, 1],
      ['not confirmed', 131, 0],
    ])('asks no more when it is %s', async (_, second, tasks) => {
      await see(pressure(186, morning));
      const before = await command();
      await see(pressure(second, morning + 6 * minute));
      const after = await command();
      expect(after?.prompts).toEqual([]);
      expect(after!.version).toBeGreaterThan(before!.version);
      expect(await database.db.selectFrom('tasks').select('id').execute()).toHaveLength(tasks);
    });

    it('keeps the version while a reading during the rest decides nothing', async () => {
      await see(pressure(186, morning));
      const before = await command();
      await see(pressure(188, morning + 2 * minute));
      expect(await command()).toEqual(before);
    });

    it('asks no more when no repeat came in time', async () => {
      await see(pressure(186, morning));
      clock.jumpWall(30 * minute);
      await wake();
      expect((await command())?.prompts).toEqual([]);
    });

    it('asks no more once it is too late, even while no rule was judged', async () => {
      await see(pressure(186, morning));
      clock.jumpWall(30 * minute);
      await prompts.review(database.db);
      expect((await command())?.prompts).toHaveLength(1);
      clock.jumpWall(1);
      await prompts.review(database.db);
      expect((await command())?.prompts).toEqual([]);
    });

    it('asks both patients of a home, each by their own reference', async () => {
      await share('gw-one', two);
      await see(pressure(186, morning), pressure(85, morning + minute, two));
      expect((await command())?.prompts.map((it) => it.patient)).toEqual([one, two]);
      await see(pressure(130, morning + 6 * minute));
      expect((await command())?.prompts.map((it) => it.patient)).toEqual([two]);
    });

    it('asks for each plan of a patient by itself, and no more for one that has ended', async () => {
      const { db } = database;
      const other = { plan: 'heart-failure', planVersion: '0.1.0', kind: 'prescribed' as const };
      const begun = { ...other, parameters: {}, unit: null, startedAt: morning };
      await db.transaction().execute((trx) => beginEpisode(trx, { ...begun, patient: one }));
      await see(pressure(186, morning));
      expect((await command())?.prompts).toHaveLength(2);
      const ended = { ended_at: morning + minute };
      await db.updateTable('episodes').set(ended).where('plan', '=', other.plan).execute();
      await prompts.review(db);
      expect((await command())?.prompts).toHaveLength(1);
      await see(pressure(131, morning + 6 * minute));
      expect((await command())?.prompts).toEqual([]);
    });

    it('asks at every gateway that is lent to the patient', async () => {
      await fleet.add('gw-two', one, morning);
      await see(pressure(186, morning));
      const [first, second] = [await command(), await command('gw-two')];
      expect(first?.prompts).toHaveLength(1);
      expect(second?.prompts).toEqual(first?.prompts);
    });

    it('asks no more where the gateway was lent to somebody else, and asks where it came to', async () => {
      await see(pressure(186, morning));
      await fleet.lend('gw-one', two, morning + minute);
      await prompts.review(database.db);
      expect((await command())?.prompts).toEqual([]);
      await fleet.add('gw-new', one, morning + minute);
      await prompts.review(database.db);
      expect((await command('gw-new'))?.prompts).toHaveLength(1);
      expect((await command())?.prompts).toEqual([]);
    });

    it('writes nothing when it looks again and nothing has changed', async () => {
      await see(pressure(186, morning));
      const before = await command();
      clock.jumpWall(minute);
      await prompts.review(database.db);
      expect(await command()).toEqual(before);
    });

    it('asks at most so much at once: what ends first goes first', async () => {
      const refs = Array.from({ length: maxPrompts }, (_, i) => `p-100000${10 + i}`);
      for (const ref of refs) {
        await enrol(database.db, { ref, displayName: ref, plan: 'hypertension' }, morning);
        await share('gw-one', ref);
      }
      await see(...refs.map((ref, i) => pressure(186, morning + i, ref)));
      await see(pressure(186, morning + minute));
      expect((await command())?.prompts.map((it) => it.patient)).toEqual(refs);
      await see(pressure(130, morning + 6 * minute, refs[0]));
      expect((await command())?.prompts.map((it) => it.patient)).toEqual([...refs.slice(1), one]);
    });

    it('is nothing when the finding could not be saved', async () => {
      const entries = await journalled(journal, [pressure(186, morning)]);
      const half = database.db.transaction().execute(async (trx) => {
        await follower.apply(entries, trx);
        throw new Error('the power goes');
      });
      await expect(half).rejects.toThrow('power');
      expect(await command()).toBeUndefined();
      expect(await database.db.selectFrom('prompts').select('id').execute()).toEqual([]);
    });

    it('has a version above that of a gateway which followed more, as after a restore', async () => {
      await see(pressure(186, morning));
      const { version } = (await command())!;
      expect(version).toBeGreaterThanOrEqual(morning);
      await say({ commandVersion: version + 40 });
      expect(await command()).toMatchObject({ version: version + 41, sent_version: 0 });
    });

    it('is shown to staff: waiting, sent, applied', async () => {
      const state = async () => (await fleet.overview())[0]?.command;
      expect(await state()).toBe('none');
      await see(pressure(186, morning));
      expect(await state()).toBe('waiting');
      const { version } = (await command())!;
      const sent = { sent_version: version, sent_at: morning };
      await database.db.updateTable('commands').set(sent).execute();
      expect(await state()).toBe('sent');
      await say({ commandVersion: version });
      expect(await state()).toBe('applied');
      await say({ state: 'offline' });
      expect(await state()).toBe('applied');
      // A gateway that has lost its memory gets it again.
      await say({});
      expect(await state()).toBe('waiting');
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'hemma-commands-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

wantedOn('SQLite', () =>
  openDatabase({ database: 'sqlite', dataDir: join(folder, String((files += 1))) }),
);

describe.skipIf(!requires('postgres', 'commands on PostgreSQL'))('with PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  wantedOn('PostgreSQL', async () =>
    openDatabase({ database: await postgres.freshDatabase(), dataDir: folder }),
  );
});
