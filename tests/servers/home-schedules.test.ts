import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginEpisode, runningEpisodes } from '@hemma/cloud/episodes/episodes.js';
import { Fleet } from '@hemma/cloud/fleet/fleet.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { writeMessage } from '@hemma/cloud/messages/write.js';
import { loadContent, shippedPlan } from '@hemma/cloud/plans/content.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { Units } from '@hemma/cloud/units/units.js';
import { maxScheduleOctets } from '@hemma/protocols/wire/schedule.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { goOnUntil } from '../../tooling/testkit/go-on.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { OfflineHome } from '../../tooling/testkit/offline-home.js';

/** Schedules from the cloud to a home: the whole cloud, a real broker, the files of a gateway. */

const gateway = 'gw-home';
const patients = ['p-00000001', 'p-00000002', 'p-00000003'] as const;
const [patient] = patients;
/** 08:00 in Stockholm. */
const start = Date.UTC(2026, 0, 15, 7);
const content = loadContent(contentDir());
const planOf = shippedPlan(content);

describe('schedules on their way to a home', () => {
  let clock: ManualClock;
  let cloud: TestCloud;
  let home: OfflineHome;
  let care: CareUnit;
  beforeEach(async () => {
    clock = new ManualClock(start);
    cloud = new TestCloud({}, clock);
    await cloud.start();
    care = await careUnit(cloud.db, start);
    const { unit } = care;
    await enrol(cloud.db, { ref: patient, displayName: 'A', plan: 'hypertension', unit }, start);
    await cloud.enrol(gateway, patient);
    home = connected();
  });
  afterEach(async () => {
    await home.stop();
    await cloud.stop();
  });

  const connected = (): OfflineHome => {
    const { url: broker, secret } = cloud.access(gateway);
    const made = new OfflineHome({ clock, broker, secret, gateway, patient });
    made.connect();
    return made;
  };

  /** Lets both sides go on until something holds. */
  const until = (holds: () => unknown): Promise<void> => goOnUntil(clock, holds);
  const command = () =>
    cloud.db.selectFrom('commands').selectAll().where('gateway', '=', gateway).executeTakeFirst();
  const isSettled = async () => {
    const row = await command();
    return row?.sent_version === row?.version && row?.marked === row?.revisions;
  };
  const problems = async () => (await new Fleet(cloud.db).overview())[0]!.problems;
  const plans = () => home.home.state.schedules.map((it) => `${it.patient} ${it.plan}`);
  const begin = (ref: string, plan: string) =>
    cloud.db.transaction().execute((trx) =>
      beginEpisode(trx, {
        ...{ patient: ref, plan, planVersion: content.plans.get(plan)!.version },
        ...{ kind: 'recommended', parameters: {}, unit: care.unit, startedAt: clock.wall().ms },
      }),
    );
  const write = async (id: string): Promise<void> => {
    const parts = { db: cloud.db, content, planOf, clock };
    const staff = await new Staff(cloud.db).actor(care.licensed);
    await writeMessage(parts, staff, patient, { id, text: 'All is well.', minutes: 1 });
  };

  it('are sent once: what else changes names them alone', async () => {
    await until(() => home.revision !== undefined);
    const first = Math.max(...home.heard);
    expect(first).toBeGreaterThan(4_000);
    await until(isSettled);
    const { revision } = home;
    await write('m-0000000000000001');
    await until(() => home.home.state.messages.length === 1);
    expect(home.heard.at(-1)).toBeLessThan(1_000);
    expect(home.revision).toBe(revision);
    // Not by a new connection either: what the broker keeps is small as well.
    await home.disconnect();
    const before = home.heard.length;
    home.connect();
    await until(() => home.heard.length > before);
    expect(Math.max(...home.heard.slice(before))).toBeLessThan(1_000);
    expect(home.revision).toBe(revision);
  }, 120_000);

  it('are sent whole to a gateway that has lost them', async () => {
    await until(() => home.revision !== undefined);
    await until(isSettled);
    const { revision } = home;
    await home.stop();
    home = connected();
    expect(home.revision).toBeUndefined();
    await until(() => home.revision === revision);
    await until(isSettled);
    const sent = home.heard.length;
    for (let i = 0; i < 5; i += 1) await clock.advance(2_100);
    expect(home.heard).toHaveLength(sent);
  }, 120_000);

  it('tell other staffed hours within a minute, and what reads the same not at all', async () => {
    await until(() => home.home.state.schedules[0]?.looks.en.includes('08:00–16:30'));
    await until(isSettled);
    const units = new Units(cloud.db);
    const { hours } = await units.find(care.unit);
    const week = hours.week.map((it) => (it.length === 0 ? [] : [{ from: '09:00', to: '12:00' }]));
    await units.set(care.unit, { hours: { ...hours, week } });
    const changedAt = clock.wall().ms;
    await until(() => home.home.state.schedules[0]?.looks.en.includes('09:00–12:00'));
    expect(clock.wall().ms - changedAt).toBeLessThanOrEqual(60_000);
    await until(isSettled);

    const { version } = (await command())!;
    const closed = { from: '2026-02-02', to: '2026-02-06' };
    await units.set(care.unit, { hours: { ...hours, week, closures: [closed] } });
    await clock.advance(60_000);
    expect((await command())?.version).toBe(version);
  }, 120_000);

  it('come packed when they are many, and all of them', async () => {
    await until(() => home.revision !== undefined);
    const others = [...content.plans.keys()].filter((it) => it !== 'hypertension');
    for (const plan of others) await begin(patient, plan);
    await until(() => home.home.state.schedules.length === content.plans.size);
    const octets = Buffer.byteLength(JSON.stringify(home.home.state.schedules));
    expect(octets).toBeGreaterThan(maxScheduleOctets);
    expect(await problems()).toEqual([]);
    const rows = await cloud.db.selectFrom('schedules').select('revision').execute();
    expect([...home.home.revisions].sort()).toEqual(rows.map((it) => it.revision).sort());
  }, 120_000);

  it('that have no room are told to staff, and the ones before stay in force', async () => {
    await until(() => home.revision !== undefined);
    for (const ref of patients.slice(1)) {
      await enrol(cloud.db, { ref, displayName: 'B', plan: null }, start);
      await cloud.db.insertInto('loans').values({ gateway, patient: ref, from_at: 0 }).execute();
    }
    const all = [...content.plans.keys()];
    for (const ref of patients)
      for (const plan of all)
        if (ref !== patient || plan !== 'hypertension') await begin(ref, plan);
    await until(async () => (await command())!.withheld > 0 && (await problems()).length > 0);
    expect(await problems()).toEqual(['schedule_too_large']);
    await until(isSettled);
    const there = plans();
    // First come, first served: the first of all is there, and each that is there is whole.
    expect(there).toContain(`${patient} hypertension`);
    expect(there.length).toBeGreaterThan(all.length);
    expect(there.length + (await command())!.withheld).toBe(all.length * patients.length);

    // Whoever has a plan keeps it, whatever else there is no room for.
    const ended = (await runningEpisodes(cloud.db, patients.slice(1))).map((it) => it.id);
    const ended_at = clock.wall().ms;
    await cloud.db.updateTable('episodes').set({ ended_at }).where('id', 'in', ended).execute();
    const next = { next_at: 0 };
    await cloud.db.updateTable('judgings').set(next).where('episode', 'in', ended).execute();
    await until(async () => (await problems()).length === 0);
    await until(() => plans().length === all.length);
  }, 240_000);
});
