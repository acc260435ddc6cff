import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aHealing, healedStatus } from '../../../tooling/testkit/healings.js';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { RulesScene, sceneCalendar as calendar } from '../../../tooling/testkit/rules-scene.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';
import { spanOf } from '../period.js';
import { readDowntimes } from './read-worklist.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-downtime-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = calendar.dayOf(Date.UTC(2026, 0, 15));
const at = (day: number, time: string) => calendar.instant(start + day, minutesIn(time));
const span = spanOf({ kind: 'half-year', year: 2026, half: 1 }, calendar);
const gateway = 'gw-home';
const hour = 3_600_000;

const weight = (measuredAt: number, more: Partial<Measurement> = {}): Measurement => ({
  ...aMeasurement({ kind: 'body_weight', at: measuredAt, values: { body_weight: 80 } }),
  ...more,
});

/** A patient who weighs themselves once, then nothing comes until the sixth morning, as rules see it. */
async function gap(
  dataDir: string,
  first: Partial<Measurement>,
  more: Partial<Status> = {},
): Promise<RulesScene> {
  const plan = { plan: 'heart-failure', parameters: { targetWeight: 80 } };
  const scene = await RulesScene.open({ dataDir, ...plan, start: at(0, '07:00') });
  await scene.fleet.add(gateway, scene.patient, scene.now);
  await scene.see([weight(at(0, '08:00'), first)]);
  for (let day = 1; day <= 5; day += 1) {
    await scene.until(at(day, '02:30'));
    await scene.say({ ...more, gateway });
    await scene.until(at(day, '03:00'));
  }
  return scene;
}

async function downtimes(scene: RulesScene) {
  const episodes = await scene.database.db.selectFrom('episodes').select('id').execute();
  const ids = episodes.map((it) => it.id);
  return readDowntimes(scene.database.db, ids, span);
}

describe('technical downtime by the rules', () => {
  it('lasts from the first stage that tells of it until a value comes', async () => {
    const scene = await gap(join(folder, 'battery'), { flags: ['device_battery_low'] });
    const open = await downtimes(scene);
    expect(open.map((it) => it.cause)).toEqual(open.map(() => 'device-battery'));
    expect(Math.min(...open.map((it) => it.from))).toBe(at(2, '03:00'));
    expect(open.every((it) => it.until === null)).toBe(true);
    await scene.until(at(5, '08:00'));
    await scene.see([weight(at(5, '08:00'))]);
    const over = await downtimes(scene);
    expect(over.map((it) => it.until)).toEqual(over.map(() => at(5, '08:00')));
    const [from, until] = [Math.min(...over.map((it) => it.from)), at(5, '08:00')];
    expect((until - from) / hour).toBe(3 * 24 + 5);
    await scene.database.close();
  });

  it('is of the gateway where its radio was ill, by its healing, whenever something was due', async () => {
    const ill = { since: at(1, '00:00'), outcome: 'ill', recoveryMs: null } as const;
    const { healing } = healedStatus(gateway, at(1, '02:30'), [aHealing(1, at(1, '02:30'), ill)]);
    const scene = await gap(join(folder, 'radio'), {}, { healing });
    const open = await downtimes(scene);
    expect([...new Set(open.map((it) => it.cause))]).toEqual(['gateway-fault']);
    expect(Math.min(...open.map((it) => it.from))).toBe(at(2, '03:00'));
    await scene.database.close();
  });

  it('is none where nobody measured', async () => {
    const scene = await gap(join(folder, 'nobody'), {});
    expect((await scene.findings()).some((it) => it.topic === 'missing')).toBe(true);
    expect(await downtimes(scene)).toEqual([]);
    await scene.database.close();
  });
});
