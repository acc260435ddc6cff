import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { RulesScene, sceneCalendar as calendar } from '../../../tooling/testkit/rules-scene.js';
import { maxWaitMs } from '../../fleet/completeness.js';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-missing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = calendar.dayOf(Date.UTC(2026, 0, 15));
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));
const weight = (measuredAt: number) =>
  aMeasurement({ kind: 'body_weight', at: measuredAt, values: { body_weight: 80 } });

let files = 0;
let scene: RulesScene;

describe('missing data in the follower', () => {
  beforeEach(async () => {
    const dataDir = join(folder, String((files += 1)));
    const plan = { plan: 'heart-failure', parameters: { targetWeight: 80 } };
    scene = await RulesScene.open({ dataDir, ...plan, start: at(0, '07:00') });
    await scene.see([weight(at(0, '08:00'))]);
  });
  afterEach(() => scene.database.close());

  const nights = async (from: number, to: number) => {
    for (let day = from; day <= to; day += 1) await scene.until(at(day, '03:00'));
  };
  const missing = async () =>
    (await scene.findings())
      .filter((it) => it.topic === 'missing')
      .map((it) => [it.rule, it.kind, it.raised_at, it.cleared_at]);

  it('opens each stage once in a gap, and a value closes all of them with their task', async () => {
    await nights(1, 9);
    const opened = [
      ['miss-weight-daily-1', 'note', at(2, '03:00'), null],
      ['miss-weight-daily-2', 'note', at(3, '03:00'), null],
      ['miss-weight-daily-3', 'raised', at(5, '03:00'), null],
    ];
    expect(await missing()).toEqual(opened);
    expect(await scene.tasks()).toHaveLength(1);
    await scene.until(at(9, '08:00'));
    await scene.see([weight(at(9, '08:00'))]);
    const closed = at(9, '08:00');
    expect(await missing()).toEqual(
      opened.map(([rule, , raised]) => [rule, 'note', raised, closed]),
    );
    expect(await scene.tasks()).toEqual([]);
  });

  it('keeps a task that somebody has seen, and closes it with the value', async () => {
    await nights(1, 6);
    const [task] = await scene.tasks();
    await scene.worklist.acknowledge(task!.id, await scene.nurse(), scene.now);
    await scene.see([weight(at(6, '02:00'))]);
    expect(await scene.tasks()).toMatchObject([{ id: task!.id, taskState: 'closed' }]);
  });

  it('takes back what late values fill, and keeps of it what was a gap all the same', async () => {
    await nights(1, 6);
    // The scale had it all along: two days late, so nothing but a shorter gap is left.
    await scene.see([weight(at(4, '08:00'))], at(6, '09:00'));
    await nights(7, 7);
    expect(await missing()).toEqual([
      ['miss-weight-daily-1', 'note', at(2, '03:00'), at(4, '08:00')],
      ['miss-weight-daily-2', 'note', at(3, '03:00'), at(4, '08:00')],
      ['miss-weight-daily-1', 'note', at(6, '03:00'), null],
      ['miss-weight-daily-2', 'note', at(7, '03:00'), null],
    ]);
    expect(await scene.tasks()).toEqual([]);
  });

  it('is taken back by a pause that was agreed and entered too late', async () => {
    await nights(1, 6);
    const pause = { kind: 'pause' as const, fromDay: START + 1, toDay: START + 7 };
    await scene.note({ ...pause, reason: 'hospital' });
    await scene.until(at(6, '04:00'));
    expect(await missing()).toEqual([]);
    expect(await scene.tasks()).toEqual([]);
    // After it something must be missed again before anything is said.
    await nights(7, 8);
    expect(await missing()).toEqual([]);
    await nights(9, 9);
    expect((await missing()).map(([rule]) => rule)).toHaveLength(3);
  });

  it('turns a technical cause into a call when the gateway is back with nothing', async () => {
    await scene.fleet.add('gw-home', scene.patient, at(0, '07:00'));
    await nights(1, 6);
    const staff = async () =>
      (await scene.findings()).filter((it) => it.audience !== 'patient').map((it) => it.cause);
    expect(await staff()).toEqual(['gateway-offline', 'gateway-offline']);
    expect(await scene.tasks()).toMatchObject([
      { rule: 'miss-weight-daily-2', taskAudience: 'technology' },
    ]);
    await scene.until(at(6, '10:30'));
    await scene.say({ gateway: 'gw-home' });
    // It is asked for again within the hour.
    await scene.until(at(6, '11:30'));
    expect(await staff()).toEqual(['not-measured', 'not-measured']);
    expect(await scene.tasks()).toMatchObject([
      { rule: 'miss-weight-daily-3', taskAudience: 'clinic' },
    ]);
  });

  it('looks at each hour while a gateway is silent in the night, and not for ever', async () => {
    await scene.fleet.add('gw-home', scene.patient, at(0, '07:00'));
    const { db } = scene.database;
    const next = async () => {
      const row = await db.selectFrom('judgings').select('next_at').executeTakeFirstOrThrow();
      return row.next_at;
    };
    await scene.until(at(1, '03:00'));
    expect(await next()).toBe(at(1, '04:00'));
    await scene.say({ gateway: 'gw-home' });
    await scene.until(at(1, '04:00'));
    expect(await next()).toBe(at(2, '03:00'));
    expect(maxWaitMs).toBe(2 * 86_400_000);
  });

  it('says nothing of a patient who measures each day', async () => {
    for (let day = 1; day < 9; day += 1) {
      await scene.until(at(day, '03:00'));
      await scene.until(at(day, '08:00'));
      await scene.see([weight(at(day, '08:00'))]);
    }
    expect(await missing()).toEqual([]);
  });
});
