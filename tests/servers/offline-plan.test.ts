import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runningEpisodes } from '@hemma/cloud/episodes/episodes.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { writeMessage } from '@hemma/cloud/messages/write.js';
import { loadContent, shippedPlan } from '@hemma/cloud/plans/content.js';
import { addEvent } from '@hemma/cloud/record/care-record.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { Downlink } from '@hemma/gateway/downlink.js';
import { Intake } from '@hemma/gateway/intake.js';
import { localTimeOf } from '@hemma/gateway/local-time.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { agendaOf } from '@hemma/gateway/schedule/agenda.js';
import { Home } from '@hemma/gateway/schedule/home.js';
import { Taken } from '@hemma/gateway/taken.js';
import { Uplink } from '@hemma/gateway/uplink.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { maxMessageText } from '@hemma/protocols/wire/command.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import { createLog } from '@hemma/runtime/log.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';

const gateway = 'gw-home';
const patient = 'p-00000001';
const timeZone = 'Europe/Stockholm';
const dayMs = 86_400_000;
/** 08:00 in Stockholm. */
const start = Date.UTC(2026, 0, 15, 7);
const log = createLog('test', 'silent');

const pressure = (systolic: number): Reading => ({
  kind: 'blood_pressure',
  values: [
    { code: 'systolic_bp', value: systolic },
    { code: 'diastolic_bp', value: 80 },
  ],
  ...{ failure: null, flags: [], deviceTime: null, sequence: null, userSlot: null, context: {} },
  ...{ octets: Uint8Array.of(systolic), companionOctets: new Uint8Array() },
});

/** The parts of a gateway that know plans, on their real files; its network can be taken away. */
class OfflineHome {
  readonly clock: ManualClock;
  readonly outbox: Outbox;
  readonly home: Home;
  readonly intake: Intake;
  readonly taken: Taken;
  readonly #makeUplink: () => Uplink;
  #uplink: Uplink | null = null;

  constructor(clock: ManualClock, broker: string, secret: string) {
    const folder = testFolder();
    this.clock = clock;
    this.outbox = new Outbox({ file: join(folder, 'outbox.sqlite'), clock, log });
    this.home = new Home({ file: join(folder, 'home.sqlite'), log, changed: () => undefined });
    this.taken = new Taken(this.outbox);
    const { outbox, home } = this;
    const inForce = (ref: string) => home.inForce(ref);
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
    this.intake = new Intake({ outbox, owners, clock, log, timeZone, inForce });
    this.#makeUplink = () => {
      const downlink = new Downlink({
        ...{ gateway, log, apply: (command) => home.apply(command) },
        tell: () => uplink.publishStatus(),
      });
      const uplink: Uplink = new Uplink({
        ...{ gateway, secret, broker, outbox, clock, log },
        report: () => ({
          ...{ software: '0.1.0', waiting: outbox.waiting, held: 0, problems: [] },
          ...(home.version === 0 ? {} : { commandVersion: home.version }),
        }),
        onCommand: (payload) => downlink.hear(payload),
      });
      return uplink;
    };
    outbox.start();
    home.start();
  }

  connect(): void {
    this.#uplink = this.#makeUplink();
    this.#uplink.start();
  }

  async disconnect(): Promise<void> {
    await this.#uplink?.stop();
    this.#uplink = null;
  }

  measure(systolic: number): void {
    const capturedMonotonicMs = this.clock.monotonicMs();
    const device = { model: 'generic-blood-pressure', identity: 'ble:C0:FF:EE:00:00:01' };
    this.intake.takeNow(pressure(systolic), {
      ...{ ...device, patient, capturedMonotonicMs },
      clock: null,
    });
  }

  get revision(): string | undefined {
    return this.home.inForce(patient)[0]?.revision;
  }

  /** What the page would ask for now. */
  agenda() {
    const [schedule] = this.home.state.schedules;
    return agendaOf({
      ...{ schedule: schedule!, calendar: zonedCalendar(timeZone), answered: [] },
      ...{ taken: this.taken.readings(patient), now: this.clock.wall().ms },
    });
  }

  async stop(): Promise<void> {
    await this.disconnect();
    this.home.stop();
    this.outbox.stop();
  }
}

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
  const until = (holds: () => unknown): Promise<void> =>
    vi.waitFor(
      async () => {
        await clock.advance(2_100);
        expect(await holds()).toBeTruthy();
      },
      { timeout: 15_000, interval: 20 },
    );

  const journalled = async () =>
    (await cloud.db.selectFrom('journal').select('text').orderBy('position').execute()).map(
      ({ text }) => measurementSchema.parse(JSON.parse(text)),
    );

  const begin = async (): Promise<OfflineHome> => {
    await cloud.start();
    care = await careUnit(cloud.db, start);
    const { unit } = care;
    await enrol(cloud.db, { ref: patient, displayName: 'A', plan: 'hypertension', unit }, start);
    await cloud.enrol(gateway, patient);
    const { url, secret } = cloud.access(gateway);
    home = new OfflineHome(clock, url, secret);
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
    await until(async () => (await journalled()).length === 16);
    const rows = await journalled();
    const old = { plan: 'hypertension', version: '1.0.0', revision: before };
    const version = rows[0]!.plans![0]!.version;
    expect(rows.slice(0, 15).map((it) => it.plans)).toEqual(Array(15).fill([{ ...old, version }]));
    expect(rows[15]!.plans).toEqual([{ ...old, version, revision: home.revision }]);
    expect(home.home.state.schedules[0]!.goals[0]).toMatchObject({ high: 125 });
    expect(localTimeOf(rows[14]!.time.measuredAt, timeZone)).toContain('2026-01-29');
  }, 60_000);
});
