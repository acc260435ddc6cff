import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { textSchema } from '@hemma/protocols/plans/text.js';
import type { Healing } from '@hemma/protocols/wire/healing.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { aHealing, healedStatus } from '../../../tooling/testkit/healings.js';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { beginEpisode } from '../../episodes/episodes.js';
import { RulesScene, sceneCalendar as calendar } from '../../../tooling/testkit/rules-scene.js';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';
import { isTechnical } from './cause.js';
import type { Cause } from './cause.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-causes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = calendar.dayOf(Date.UTC(2026, 0, 15));
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));
const gateway = 'gw-home';

const dayMs = 86_400_000;
let scenes = 0;

/** A patient with heart failure who weighs themselves in the first morning, and then no more. */
async function aScene(more: Partial<Measurement> = {}, lent = true): Promise<RulesScene> {
  const dataDir = join(folder, String((scenes += 1)));
  const plan = { plan: 'heart-failure', parameters: { targetWeight: 80 } };
  const scene = await RulesScene.open({ dataDir, ...plan, start: at(0, '07:00') });
  if (lent) await scene.fleet.add(gateway, scene.patient, scene.now);
  await scene.see([{ ...weight(at(0, '08:00')), ...more }]);
  return scene;
}

function weight(measuredAt: number, more: Parameters<typeof aMeasurement>[0] = {}): Measurement {
  return aMeasurement({
    kind: 'body_weight',
    at: measuredAt,
    values: { body_weight: 80 },
    ...more,
  });
}

interface Nights {
  readonly from?: number;
  readonly to: number;
  /** What the gateway says each night; null: nothing. */
  readonly says?: Parameters<RulesScene['say']>[0] | null;
  readonly position?: number;
}

/** Nights in which the gateway speaks at 02:30 and the rules look at 03:00. */
async function nights(scene: RulesScene, { from = 1, to, says, position }: Nights): Promise<void> {
  for (let day = from; day <= to; day += 1) {
    await scene.until(at(day, '02:30'), position);
    if (says !== null) await scene.say(says ?? { gateway });
    await scene.until(at(day, '03:00'), position);
  }
}

const problem = (code: ErrorCode) => async () => {
  const scene = await aScene();
  await nights(scene, { to: 6, says: { gateway, problems: [code] } });
  return scene;
};

/** The radio was ill from an instant until the sixth night, as its healing tells: nothing else does. */
const radioIll =
  (from: number, more: Partial<Healing> = {}) =>
  async () => {
    const scene = await aScene();
    const firstNight = Math.ceil((from - at(0, '02:30')) / dayMs);
    await nights(scene, { to: firstNight - 1 });
    const goesOn = aHealing(1, from, { since: from, outcome: 'ill', recoveryMs: null, ...more });
    await nights(scene, { from: firstNight, to: 5, says: healedStatus(gateway, from, [goesOn]) });
    const over = { outcome: 'cured', recoveryMs: at(6, '01:00') - from } as const;
    const healed = aHealing(1, from, { since: from, ...over, ...more });
    await nights(scene, { from: 6, to: 6, says: healedStatus(gateway, scene.now, [healed]) });
    return scene;
  };

const pause = (reason: 'holiday' | 'hospital') => async () => {
  const scene = await aScene();
  await scene.note({ kind: 'pause', fromDay: START + 1, toDay: null, reason });
  await nights(scene, { to: 6 });
  return scene;
};

/** Each is brought about through the real stores; null: nothing is missing. */
const injected: Readonly<Record<string, readonly [Cause | null, () => Promise<RulesScene>]>> = {
  'nobody measures': [
    'not-measured',
    async () => {
      const scene = await aScene();
      await nights(scene, { to: 6 });
      return scene;
    },
  ],
  'each attempt is broken off': [
    'refused',
    async () => {
      const scene = await aScene();
      for (const day of [1, 2, 3, 4, 5]) {
        await nights(scene, { from: day, to: day });
        await scene.see([weight(at(day, '08:00'), { failure: 'aborted' })]);
      }
      await nights(scene, { from: 6, to: 6 });
      return scene;
    },
  ],
  'the cloud refuses what the gateway sends': [
    'refused',
    async () => {
      const scene = await aScene();
      const row = { gateway, ledger: '1'.repeat(32), seq: 1, code: 'measured_in_future' as const };
      await scene.journal.append([], () => ({
        ...{ receivedAt: at(2, '08:00'), entries: [], gaps: [], marks: [] },
        refusals: [{ ...row, text: '{}' }],
      }));
      await nights(scene, { to: 6 });
      return scene;
    },
  ],
  'the battery of the scale was low': [
    'device-battery',
    async () => {
      const scene = await aScene({ flags: ['device_battery_low'] });
      await nights(scene, { to: 6 });
      return scene;
    },
  ],
  'the bond is lost': ['bond-lost', problem('bond_required')],
  'the device has forgotten the bond': ['bond-lost', problem('bond_lost')],
  'the device refuses the gateway': ['bond-lost', problem('device_refused')],
  'the device sends rubbish': ['device-fault', problem('device_rubbish')],
  'the serial port is gone': ['device-fault', problem('port_unavailable')],
  'the radio is gone': ['gateway-fault', problem('adapter_unavailable')],
  'nothing mends the radio': ['gateway-fault', problem('radio_unhealed')],
  'the radio was ill whenever the weight was due': ['gateway-fault', radioIll(at(1, '00:00'))],
  'the radio fell ill when the weight could have been taken': [
    'not-measured',
    radioIll(at(4, '12:00')),
  ],
  'nobody saw how the fault of the radio ended': [
    'not-measured',
    radioIll(at(1, '00:00'), { outcome: 'unproven', recoveryMs: null }),
  ],
  'one device could not be connected, and the radio heard all others': [
    'not-measured',
    radioIll(at(1, '00:00'), { cause: 'device_unreachable' }),
  ],
  'the disk at home is full': ['gateway-fault', problem('disk_full')],
  'the gateway does not know the time': [
    'gateway-fault',
    async () => {
      const scene = await aScene();
      await nights(scene, { to: 6, says: { gateway, held: 5 } });
      return scene;
    },
  ],
  'the gateway is offline': [
    'gateway-offline',
    async () => {
      const scene = await aScene();
      await scene.say({ gateway });
      await scene.until(at(0, '20:00'));
      await scene.say({ gateway, state: 'offline' });
      await nights(scene, { to: 6, says: null });
      return scene;
    },
  ],
  'the gateway was never put into operation': [
    'gateway-offline',
    async () => {
      const scene = await aScene();
      await nights(scene, { to: 6, says: null });
      return scene;
    },
  ],
  'envelopes are put off by the cloud': [
    'cloud-backlog',
    async () => {
      const scene = await aScene();
      await nights(scene, { to: 6, says: { gateway, waiting: 40 } });
      return scene;
    },
  ],
  'the rules are behind the journal': [
    'cloud-backlog',
    async () => {
      const scene = await aScene();
      const position = await scene.journal.head();
      const { id, ...late } = weight(at(2, '08:00'));
      const entry = { gateway, ledger: '2'.repeat(32), seq: 1, id, patient: scene.patient };
      await scene.journal.append([], () => ({
        ...{ receivedAt: at(2, '08:00'), gaps: [], marks: [], refusals: [] },
        entries: [
          { ...entry, kind: late.kind, measuredAt: at(2, '08:00'), text: JSON.stringify(late) },
        ],
      }));
      await nights(scene, { to: 6, position });
      return scene;
    },
  ],
  'the patient is on holiday': [null, pause('holiday')],
  'the patient is in hospital': [null, pause('hospital')],
  'the gateway goes offline after five days without a value': [
    'not-measured',
    async () => {
      const scene = await aScene();
      await nights(scene, { to: 5 });
      await scene.say({ gateway, state: 'offline' });
      await nights(scene, { from: 6, to: 7, says: null });
      return scene;
    },
  ],
  'the gateway goes offline on the second of the days without a value': [
    'gateway-offline',
    async () => {
      const scene = await aScene();
      await nights(scene, { to: 2 });
      await scene.say({ gateway, state: 'offline' });
      await nights(scene, { from: 3, to: 7, says: null });
      return scene;
    },
  ],
};

describe('the cause of missing data', () => {
  it.each(Object.entries(injected))('%s', async (_, [cause, inject]) => {
    const scene = await inject();
    const missing = (await scene.findings()).filter((it) => it.topic === 'missing');
    const staff = missing.filter((it) => it.audience !== 'patient');
    const tasks = (await scene.tasks()).filter((it) => it.topic === 'missing');
    const raised = missing.filter((it) => it.kind === 'raised').map((it) => it.audience);
    const attempts = (await scene.tasks()).filter((it) => it.topic === 'no-value');
    await scene.database.close();
    expect([...new Set(staff.map((it) => it.cause))]).toEqual(cause === null ? [] : [cause]);
    // The clinic is asked to call only when nobody measured; technology once for one cause.
    const technical = cause !== null && isTechnical(cause);
    const clinic = tasks.filter((it) => it.taskAudience === 'clinic').map((it) => it.rule);
    expect(clinic).toEqual(cause === 'not-measured' ? ['miss-weight-daily-3'] : []);
    const technology = tasks.filter((it) => it.taskAudience === 'technology').map((it) => it.cause);
    // Attempts that were broken off are told of as such, and by no second task.
    const isToldAsAttempts = attempts.length > 0;
    expect(technology).toEqual(technical && !isToldAsAttempts ? [cause] : []);
    expect(raised).toHaveLength(cause === null || isToldAsAttempts ? 0 : 1);
    // Whatever it is, the patient reads something, in both languages.
    for (const { hint } of missing)
      expect(textSchema.safeParse(JSON.parse(hint!)).success).toBe(true);
  });
});

describe('one technical cause', () => {
  const technology = async (scene: RulesScene) =>
    (await scene.tasks())
      .filter((it) => it.taskAudience === 'technology' && it.taskState === 'open')
      .map((it) => [it.topic, it.cause]);

  it('is one task, be it told by broken-off attempts or by what stays away', async () => {
    const scene = await aScene();
    for (const day of [3, 4, 5]) {
      await nights(scene, { from: day, to: day });
      await scene.see([weight(at(day, '08:00'), { failure: 'aborted' })]);
    }
    await nights(scene, { from: 6, to: 6 });
    const told = await technology(scene);
    // A Sunday and a Monday: attempts are told of once a week.
    expect(told).toEqual([
      ['no-value', 'aborted'],
      ['no-value', 'aborted'],
    ]);
    // Once they are dealt with, that nothing comes is told again.
    for (const { id } of await scene.tasks())
      await scene.worklist.resolve(
        id,
        { reason: 'device-mended', note: null },
        await scene.nurse(),
        scene.now,
      );
    await nights(scene, { from: 7, to: 7 });
    expect(await technology(scene)).toEqual([['missing', 'refused']]);
    await scene.database.close();
  });

  it('is one task, however many plans it stops', async () => {
    const scene = await aScene();
    const { db } = scene.database;
    const copd = { patient: scene.patient, plan: 'copd', planVersion: '0.1.0', parameters: {} };
    const startedAt = scene.now;
    await db
      .transaction()
      .execute((trx) => beginEpisode(trx, { ...copd, kind: 'prescribed', unit: null, startedAt }));
    await scene.say({ gateway, state: 'offline' });
    await nights(scene, { to: 9, says: null });
    const plans = (await scene.findings())
      .filter((it) => it.topic === 'missing' && it.cause === 'gateway-offline')
      .map((it) => it.plan);
    expect(new Set(plans)).toEqual(new Set(['heart-failure', 'copd']));
    expect(await technology(scene)).toEqual([['missing', 'gateway-offline']]);
    await scene.database.close();
  });
});
