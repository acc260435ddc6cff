import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginEpisode } from '@hemma/cloud/episodes/episodes.js';
import { MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { dryRunSchema } from '@hemma/protocols/api/prescribing.js';
import { ownHypertension, releasePlan } from '../../tooling/testkit/authors.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { CloudDesk } from '../../tooling/testkit/desk.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { goOnUntil } from '../../tooling/testkit/go-on.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { OfflineHome } from '../../tooling/testkit/offline-home.js';

/**
 * Fourteen days without network, with a new version of the plan on the third: released by those who
 * release, the patient moved to it by a clinician, all over HTTP; a whole cloud and the files of a home.
 */

const gateway = 'gw-home';
const patient = 'p-00000001';
const plan = 'hypertension';
const dayMs = 86_400_000;
/** 08:00 in Stockholm. */
const start = Date.UTC(2026, 0, 15, 7);

/** Two readings each day, a minute apart; one value at the limit or beyond is a crisis. */
function twiceADay(version: string, limit: number): Plan {
  const own = ownHypertension(version);
  const text = JSON.stringify(own).replace('"value":170', `"value":${limit}`);
  const copy = JSON.parse(text) as Plan;
  const tasks = copy.tasks.map((it) =>
    it.id === 'bp-spot'
      ? {
          ...it,
          enabledByDefault: true,
          phases: ['all'],
          schedule: {
            ...{ frequency: { type: 'daily' as const }, readingsPerWindow: 2 },
            ...{ minutesBetweenReadings: 1, restMinutesBefore: 5, windows: it.schedule.windows },
          },
        }
      : { ...it, enabledByDefault: false },
  );
  return { ...copy, tasks };
}

describe('fourteen days without network, and a new version of the plan on the third', () => {
  const clock = new ManualClock(start);
  const cloud = new TestCloud({}, clock);
  const desk = new CloudDesk(cloud, clock);
  let home: OfflineHome;
  let episode: string;
  let licensed: string;
  /** By day, `none` before the first. */
  const revisions: (string | undefined)[] = [];

  /** Lets both sides go on until something holds. */
  const until = (holds: () => unknown): Promise<void> => goOnUntil(clock, holds);
  const version = () => home.home.inForce(patient)[0]?.version;
  const item = () => home.agenda().now.find((it) => it.task.id === 'bp-spot');

  /** As a clinician does it: looks at what it would be, and confirms what was shown. */
  const move = async (to: string): Promise<void> => {
    desk.actAs(licensed);
    const asked = { version: to, parameters: {} };
    const shown = await desk.post(`/api/episodes/${episode}/dry-run`, asked);
    expect(shown).toMatchObject({ status: 200 });
    const { digest } = dryRunSchema.parse(shown.body);
    const change = { ...asked, digest, reason: 'A lower limit was agreed.' };
    const rest = { confirmedBy: null, overBudgetReason: 'It is one patient.' };
    const moved = await desk.post(`/api/episodes/${episode}/version`, { ...change, ...rest });
    expect(moved).toEqual({ status: 200, body: {} });
  };

  beforeAll(async () => {
    await cloud.start();
    const care = await careUnit(cloud.db, start);
    licensed = care.licensed;
    await releasePlan(desk, twiceADay('1.0.0', 180));
    await enrol(cloud.db, { ref: patient, displayName: 'A', plan: null }, start);
    episode = await cloud.db.transaction().execute((trx) =>
      beginEpisode(trx, {
        ...{ patient, plan, planVersion: '1.0.0', kind: 'prescribed', unit: care.unit },
        ...{ parameters: {}, startedAt: start },
      }),
    );
    await cloud.enrol(gateway, patient);
    const { url: broker, secret } = cloud.access(gateway);
    home = new OfflineHome({ clock, broker, secret, gateway, patient });
    home.connect();
    await until(() => version() === '1.0.0');
    await home.disconnect();
  });
  afterAll(async () => {
    await home.stop();
    await cloud.stop();
  });

  it('the home goes on by the old version', async () => {
    for (let day = 1; day <= 13; day += 1) {
      clock.jumpWall(dayMs);
      await clock.advance(2_100);
      if (day === 3) {
        await releasePlan(desk, twiceADay('2.0.0', 170));
        await move('2.0.0');
      }
      expect([item()?.readings, item()?.of], `day ${day}`).toEqual([0, 2]);
      // Between the two limits, on a day before the change and on one after it.
      home.measure(day === 2 || day === 5 ? 174 : 131);
      await clock.advance(2 * MINUTE_MS);
      home.measure(day === 2 || day === 5 ? 175 : 132);
      expect(item(), `day ${day}`).toBeUndefined();
      expect(version()).toBe('1.0.0');
      revisions.push(home.revision);
    }
    expect(new Set(revisions).size).toBe(1);
  }, 240_000);

  it('takes the new one on contact, between the first and the second reading of a day', async () => {
    clock.jumpWall(dayMs);
    await clock.advance(2_100);
    home.measure(129);
    expect(item()).toMatchObject({ readings: 1, of: 2 });
    const waitUntil = item()?.waitUntil;
    home.connect();
    await until(() => version() === '2.0.0');
    // The same occasion goes on: nothing is asked for twice, and the wait is what it was.
    expect(item()).toMatchObject({ readings: 1, of: 2, waitUntil });
    await clock.advance(2 * MINUTE_MS);
    home.measure(128);
    expect(item()).toBeUndefined();
    expect(home.agenda().doneToday).toMatchObject([{ task: 'bp-spot', state: 'done' }]);
    await until(() => home.outbox.waiting === 0);
    await until(async () => (await cloud.journalled()).length === 28);
  }, 240_000);

  it('every reading names the version that the home went by', async () => {
    const plans = (await cloud.journalled()).map((it) => it.plans);
    const old = { plan, version: '1.0.0', revision: revisions[0] };
    expect(plans.slice(0, 27)).toEqual(Array(27).fill([old]));
    expect(plans[27]).toEqual([{ plan, version: '2.0.0', revision: home.revision }]);
  });

  it('rules judge each by the version that staff had in force when it was measured', async () => {
    const crises = async () =>
      cloud.db
        .selectFrom('findings')
        .select(['plan_version', 'began_at'])
        .where('rule', '=', 'ht-single-crisis')
        .execute();
    await until(async () => (await crises()).length > 0);
    const [found, ...others] = await crises();
    expect(others).toEqual([]);
    expect(found?.plan_version).toBe('2.0.0');
    expect(Math.round((found!.began_at - start) / dayMs)).toBe(5);
  });
});
