import { afterEach, describe, expect, it } from 'vitest';
import { runningEpisodes } from '@hemma/cloud/episodes/episodes.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { writeMessage } from '@hemma/cloud/messages/write.js';
import { loadContent, shippedPlan } from '@hemma/cloud/plans/content.js';
import { addEvent } from '@hemma/cloud/record/care-record.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { localTimeOf } from '@hemma/gateway/local-time.js';
import { maxMessageText } from '@hemma/protocols/wire/command.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { goOnUntil } from '../../tooling/testkit/go-on.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { OfflineHome } from '../../tooling/testkit/offline-home.js';

const gateway = 'gw-home';
const patient = 'p-00000001';
const timeZone = 'Europe/Stockholm';
const dayMs = 86_400_000;
/** 08:00 in Stockholm. */
const start = Date.UTC(2026, 0, 15, 7);

const content = loadContent(contentDir());

describe('fourteen days without network, with a plan that is changed on the third', () => {
  const clock = new ManualClock(start);
  const cloud = new TestCloud({}, clock);
  let home: OfflineHome | null = null;
  let care: CareUnit;
  afterEach(async () => {
    await home?.stop();
    await cloud.stop();
  });

  /** Lets both sides go on until something holds. */
  const until = (holds: () => unknown): Promise<void> => goOnUntil(clock, holds, 15_000);

  const begin = async (): Promise<OfflineHome> => {
    await cloud.start();
    care = await careUnit(cloud.db, start);
    const { unit } = care;
    await enrol(cloud.db, { ref: patient, displayName: 'A', plan: 'hypertension', unit }, start);
    await cloud.enrol(gateway, patient);
    const { url, secret } = cloud.access(gateway);
    home = new OfflineHome({ clock, broker: url, secret, gateway, patient });
    home.connect();
    await until(() => home?.revision);
    return home;
  };

  const changeGoal = async (): Promise<void> => {
    const [episode] = await runningEpisodes(cloud.db, [patient]);
    const event = {
      kind: 'limits' as const,
      parameters: { sbpTarget: 125, dbpTarget: 80 },
      reason: 'A lower goal was agreed.',
    };
    const at = clock.wall().ms;
    await cloud.db.transaction().execute((trx) =>
      addEvent(trx, {
        ...{ patient, episode: episode!.id, at, receivedAt: at, staff: null, event },
      }),
    );
  };

  it('shows what care writes as soon as there is contact, and leaves out who wrote it', async () => {
    const home = await begin();
    await home.disconnect();
    const parts = { db: cloud.db, content, planOf: shippedPlan(content), clock };
    const staff = await new Staff(cloud.db).actor(care.licensed);
    const text = 'Your values look fine.'.padEnd(maxMessageText + 1, '.');
    const message = { id: 'm-0000000000000001', text, minutes: 1 };
    await writeMessage(parts, staff, patient, message);
    home.connect();
    await until(() => home.home.state.messages.length === 1);
    expect(home.home.state.messages).toMatchObject([{ patient, sender: 'care' }]);
    expect(home.home.state.messages[0]!.text).toHaveLength(maxMessageText);
    expect(home.home.state.messages[0]!.text).toMatch(/^Your values look fine\..*…$/);
  }, 60_000);

  it('keeps the old one, records it with every reading, and takes the new one on contact', async () => {
    const home = await begin();
    const before = home.revision;
    home.measure(120);
    await until(() => home.outbox.waiting === 0);
    await home.disconnect();

    for (let day = 1; day <= 14; day += 1) {
      clock.jumpWall(dayMs);
      if (day === 3) await changeGoal();
      await clock.advance(2_100);
      expect(home.agenda().now.length > 0 || day >= 7, `day ${day}`).toBe(true);
      home.measure(120 + day);
      expect(home.revision).toBe(before);
    }
    expect(home.outbox.waiting).toBe(14);
    expect(home.home.state.schedules[0]!.goals[0]).toMatchObject({ high: 135 });

    home.connect();
    await until(() => home.revision !== before);
    await until(() => home.outbox.waiting === 0);
    home.measure(150);
    await until(async () => (await cloud.journalled()).length === 16);
    const rows = await cloud.journalled();
    const old = { plan: 'hypertension', version: '1.0.0', revision: before };
    const version = rows[0]!.plans![0]!.version;
    expect(rows.slice(0, 15).map((it) => it.plans)).toEqual(Array(15).fill([{ ...old, version }]));
    expect(rows[15]!.plans).toEqual([{ ...old, version, revision: home.revision }]);
    expect(home.home.state.schedules[0]!.goals[0]).toMatchObject({ high: 125 });
    expect(localTimeOf(rows[14]!.time.measuredAt, timeZone)).toContain('2026-01-29');
  }, 60_000);
});
