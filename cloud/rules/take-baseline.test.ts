import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement, journalled } from '../../tooling/testkit/measurements.js';
import { loadCatalogue } from '../catalogue.js';
import { Prompts } from '../commands/wanted.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { DAY_MS, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import { addEvent, eventsOf, ofKind } from '../record/care-record.js';
import { noPromises } from '../worklist/due.js';
import { Worklist } from '../worklist/worklist.js';
import { RulesFollower } from './follower.js';

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const calendar = zonedCalendar();
const patient = 'p-00000001';
/** 08:00 in Stockholm. */
const start = Date.UTC(2026, 0, 15, 7);
const windowDays = 14;
/** The plan lets patients fill in a week afterwards. */
const settleDays = 7;

describe('the zero measurement', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-baseline-'));
  let database: Database;
  let follower: RulesFollower;
  let clock: ManualClock;
  let episode: string;
  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    await enrol(database.db, { ref: patient, displayName: 'Test', plan: 'copd' }, start);
    episode = (await runningEpisodes(database.db, [patient]))[0]!.id;
    clock = new ManualClock(start);
    follower = new RulesFollower({
      ...{ content, planOf: shippedPlan(content), catalogue, clock, changed: () => undefined },
      refresh: () => Promise.resolve(),
      ...{ tasks: new Worklist(database.db, noPromises), prompts: new Prompts(clock) },
    });
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (day: number) => start + day * DAY_MS;
  const see = async (day: number, spo2: number, receivedAt = at(day)) => {
    const values = { spo2, pulse_rate: 70 };
    const measured = [aMeasurement({ kind: 'spo2', patient, at: at(day), values })];
    const entries = await journalled(new SqlJournal(database), measured, receivedAt);
    await database.db.transaction().execute((trx) => follower.apply(entries, trx));
  };
  const answer = (day: number, grade: number) =>
    database.db.transaction().execute((trx) =>
      addEvent(trx, {
        ...{ patient, episode, at: at(day), receivedAt: clock.wall().ms, staff: null },
        event: {
          ...{ kind: 'response', questionnaire: 'mmrc', answers: { 'mmrc-1': grade }, texts: {} },
          complete: true,
        },
      }),
    );
  /** Time goes on to a day, and the follower wakes as often as it is due. */
  const until = async (day: number) => {
    clock.jumpWall(Math.max(0, at(day) - clock.wall().ms));
    const position = await new SqlJournal(database).head();
    for (let turn = 0; turn < 5 && (await follower.isDue(database.db)); turn += 1)
      await database.db.transaction().execute((trx) => follower.wake(trx, position));
  };
  const baselines = async () => ofKind(await eventsOf(database.db, patient), 'baseline');
  const mmrcFindings = () =>
    database.db.selectFrom('findings').select('kind').where('rule', '=', 'copd-mmrc').execute();

  it('is taken once, with its inputs, when late entries can have come', async () => {
    for (let day = 0; day < windowDays; day += 1) {
      await until(day);
      await see(day, 90 + (day % 7));
    }
    await answer(3, 1);
    await until(windowDays + settleDays - 1);
    expect(await baselines()).toEqual([]);
    await until(windowDays + settleDays + 1);
    const [taken, ...more] = await baselines();
    expect(more).toEqual([]);
    expect(taken!.event).toMatchObject({
      ...{ values: { spo2: 93, mmrc_grade: 1, pulse_rate: 70 }, reason: null },
      fromDays: { spo2: calendar.dayOf(start) + windowDays },
    });
    expect(taken!.event.inputs['spo2']).toHaveLength(windowDays);
    expect(taken!.staff).toBeNull();
  });

  it('is not computed again by what comes after it', async () => {
    for (let day = 0; day < 8; day += 1) await see(day, 94);
    await answer(3, 1);
    await until(windowDays + settleDays);
    await until(windowDays + settleDays + 1);
    const before = await baselines();
    for (let day = 8; day < windowDays; day += 1) await see(day, 86, clock.wall().ms);
    await answer(1, 3);
    await until(windowDays + settleDays + 4);
    expect(await baselines()).toEqual(before);
    expect(before[0]!.event.values).toMatchObject({ spo2: 94, mmrc_grade: 1 });
    await answer(windowDays + settleDays + 3, 2);
    await until(windowDays + settleDays + 5);
    expect(await mmrcFindings()).toEqual([{ kind: 'raised' }]);
  });

  it('stays away, and the rules that compare with it silent, while there is nothing', async () => {
    await until(windowDays + settleDays + 2);
    expect(await baselines()).toEqual([]);
    await answer(windowDays + settleDays, 4);
    await until(windowDays + settleDays + 3);
    expect(await mmrcFindings()).toEqual([]);
  });

  it('is taken from what comes late when there was nothing before', async () => {
    await until(windowDays + settleDays + 2);
    for (let day = 0; day < 8; day += 1) await see(day, 94, clock.wall().ms);
    expect(await baselines()).toEqual([]);
    await until(windowDays + settleDays + 4);
    expect((await baselines())[0]!.event.values).toMatchObject({ spo2: 94 });
  });
});
