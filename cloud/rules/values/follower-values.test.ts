import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { RulesScene, sceneCalendar as calendar } from '../../../tooling/testkit/rules-scene.js';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-values-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Thursday. */
const START = calendar.dayOf(Date.UTC(2026, 0, 15));
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));

let files = 0;
let scene: RulesScene;

type Changes = Parameters<typeof aMeasurement>[0];

describe('values that cannot be judged', () => {
  beforeEach(async () => {
    const dataDir = join(folder, String((files += 1)));
    scene = await RulesScene.open({ dataDir, plan: 'copd', start: at(0, '07:00') });
  });
  afterEach(() => scene.database.close());

  const spo2 = (measuredAt: number, changes: Changes = {}) =>
    aMeasurement({ kind: 'spo2', values: { spo2: 94 }, at: measuredAt, ...changes });
  const see = async (...changes: ReturnType<typeof aMeasurement>[]) => {
    for (const one of changes) {
      await scene.until(one.time.measuredAt);
      await scene.see([one]);
    }
  };
  const found = async () =>
    (await scene.findings())
      .filter((it) => !['assess', 'missing'].includes(it.topic))
      .map((it) => [it.rule, it.kind, it.audience, it.count, it.cleared_at]);

  it('an attempt without a value: once a week and cause, until a value comes', async () => {
    const failed = { failure: 'sensor_off' as const };
    await see(spo2(at(0, '08:00'), failed), spo2(at(0, '08:10'), failed));
    const rule = 'no-value:spo2:sensor_off';
    expect(await found()).toEqual([[rule, 'raised', 'technology', 2, null]]);
    expect(await scene.tasks()).toMatchObject([{ taskAudience: 'technology' }]);
    await see(spo2(at(0, '08:20')));
    expect(await found()).toEqual([[rule, 'note', 'technology', 2, at(0, '08:20')]]);
    // The same again on Friday is the same finding; on Monday it is another.
    await see(spo2(at(1, '08:00'), failed));
    expect(await found()).toEqual([[rule, 'raised', 'technology', 3, null]]);
    await see(spo2(at(4, '08:00'), failed));
    expect(await found()).toEqual([
      [rule, 'raised', 'technology', 3, at(4, '00:00')],
      [rule, 'raised', 'technology', 1, null],
    ]);
  });

  it('a value beyond what the device can show is for the clinic', async () => {
    await see(spo2(at(0, '08:00'), { failure: 'out_of_device_range' }));
    expect(await scene.tasks()).toMatchObject([
      { topic: 'no-value', severity: 'yellow', cause: 'out_of_device_range' },
    ]);
  });

  it('a value of an unsure time could not be judged', async () => {
    await see(spo2(at(0, '08:00'), { flags: ['time_uncertain'] }));
    expect(await scene.tasks()).toMatchObject([{ topic: 'not-judged', cause: 'time-uncertain' }]);
  });

  it('a value that nobody has, and one that the plan does not ask for, are unexpected', async () => {
    await see(
      spo2(at(0, '08:00'), { values: { spo2: 12 } }),
      aMeasurement({ kind: 'glucose', values: { glucose: 6 }, at: at(0, '09:00') }),
    );
    const tasks = (await scene.tasks()).map((it) => [it.topic, it.cause]);
    expect(tasks.toSorted()).toEqual([
      ['unexpected', 'not-in-plan'],
      ['unexpected', 'outside-limits'],
    ]);
  });

  it('a check of the meter says nothing', async () => {
    await see(spo2(at(0, '08:00'), { flags: ['control_solution'], values: { spo2: 12 } }));
    expect(await found()).toEqual([]);
  });

  it('a value without a limit asks for the limit, once, and no more when it is set', async () => {
    await scene.database.close();
    const dataDir = join(folder, String((files += 1)));
    scene = await RulesScene.open({ dataDir, plan: 'heart-failure', start: at(0, '07:00') });
    const weight = (measuredAt: number) =>
      aMeasurement({ kind: 'body_weight', values: { body_weight: 80 }, at: measuredAt });
    await see(weight(at(0, '08:00')), weight(at(0, '09:00')));
    const rule = 'limit-missing:targetWeight:parameter-not-set';
    expect(await found()).toEqual([[rule, 'raised', 'clinic', 2, null]]);
    await scene.until(at(0, '10:00'));
    await scene.note({ kind: 'limits', parameters: { targetWeight: 80 }, reason: 'Agreed' });
    await see(weight(at(0, '11:00')));
    expect(await found()).toEqual([[rule, 'note', 'clinic', 2, at(0, '11:00')]]);
  });

  it('what came more than a day late is a note', async () => {
    await scene.until(at(3, '08:00'));
    await scene.see([spo2(at(1, '08:00'), { failure: 'aborted' })], at(3, '08:00'));
    expect(await found()).toEqual([['no-value:spo2:aborted', 'note', 'technology', 1, null]]);
  });
});
