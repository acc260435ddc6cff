import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { handOut } from '@hemma/cloud/fleet/kits.js';
import { Downlink } from '@hemma/gateway/downlink.js';
import { Intake } from '@hemma/gateway/intake.js';
import { localTimeOf } from '@hemma/gateway/local-time.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { lentTo, underLoan } from '@hemma/gateway/owner/loan.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { Home } from '@hemma/gateway/schedule/home.js';
import { homeFilesIn } from '@hemma/gateway/settings.js';
import { Uplink } from '@hemma/gateway/uplink.js';
import { createLog } from '@hemma/runtime/log.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { goOnUntil } from '../../tooling/testkit/go-on.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';

/** A kit that is handed out anew: one command of the cloud, and homes whose settings nobody edits. */

const timeZone = 'Europe/Stockholm';
const stepMs = 10 * 60_000;
const [first, second, neighbour] = ['p-00000001', 'p-00000002', 'p-00000003'] as const;
const log = createLog('test', 'silent');
const scale = { model: 'generic-weight-scale', identity: 'ble:C0:FF:EE:00:00:01' };

/** The parts of a gateway from intake to the broker, on their real files. */
function gatewayIn(cloud: TestCloud, clock: ManualClock, gateway: string, patient: string) {
  const folder = testFolder();
  const outbox = new Outbox({ file: join(folder, 'outbox.sqlite'), clock, log });
  const home = new Home({ ...homeFilesIn(folder), log, changed: () => undefined });
  const settings = { users: null, use: 'own' as const, lentFromMs: 0 };
  const owners = new Owners({
    ...{ outbox, clock, log },
    ownershipOf: (identity) => underLoan(settings, identity, home.state.loan),
  });
  const patientNow = (of: string): string => lentTo(of, patient, home.state.loan);
  const intake = new Intake({ outbox, owners, clock, log, timeZone, patientNow });
  const downlink = new Downlink({
    ...{ gateway, log, apply: (command) => home.apply(command) },
    tell: () => uplink.publishStatus(),
  });
  const { url: broker, secret } = cloud.access(gateway);
  const uplink: Uplink = new Uplink({
    ...{ gateway, secret, broker, outbox, clock, log },
    report: () => ({
      ...{ software: '0.1.0', waiting: outbox.waiting, held: 0, problems: [] },
      ...(home.version === 0 ? {} : { commandVersion: home.version }),
    }),
    onCommand: (payload) => downlink.hear(payload),
  });
  outbox.start();
  home.start();
  uplink.start();
  onTestFinished(async () => {
    await uplink.stop();
    home.stop();
    outbox.stop();
  });
  /** A record that the scale has kept since so long. */
  const weigh = (value: number, agoMs = 0) => {
    const shown = (ms: number): string => localTimeOf(clock.wall().ms - ms, timeZone);
    const capturedMonotonicMs = clock.monotonicMs();
    return intake.takeNow(
      {
        ...{ kind: 'body_weight', values: [{ code: 'body_weight', value }], failure: null },
        ...{ flags: [], deviceTime: shown(agoMs), sequence: null, userSlot: null, context: {} },
        ...{ octets: Uint8Array.of(value), companionOctets: new Uint8Array() },
      },
      {
        ...{ ...scale, patient, capturedMonotonicMs },
        clock: { shown: shown(0), monotonicMs: capturedMonotonicMs },
      },
    );
  };
  return { home, outbox, weigh };
}

describe('a kit that is handed out anew', () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 15, 7));
  const cloud = new TestCloud({}, clock);
  beforeAll(async () => {
    await cloud.start();
    await cloud.enrol('gw-kit', first);
    await cloud.enrol('gw-other', neighbour);
    await cloud.enrol('gw-third', second);
  });
  afterAll(() => cloud.stop());

  /** Lets both sides go on until something holds. */
  const until = (holds: () => unknown): Promise<void> => goOnUntil(clock, holds);

  it('goes to the new patient by itself, with nothing of the old one, and is claimed by no other home', async () => {
    const kit = gatewayIn(cloud, clock, 'gw-kit', first);
    const other = gatewayIn(cloud, clock, 'gw-other', neighbour);
    expect(kit.weigh(80)).toBe('kept');
    await until(async () => (await cloud.journalled()).length === 1);
    await clock.advance(3 * stepMs);

    const devices = [scale.identity];
    await handOut(cloud.db, { gateway: 'gw-kit', patient: second, devices }, clock.wall().ms);
    await until(() => kit.home.state.loan?.patients[0]?.patient === second);
    expect(kit.home.state.loan?.devices.map((it) => it.identity)).toEqual(devices);
    await clock.advance(stepMs);
    // The memory of the scale is read whole: two of before, one of after.
    expect([kit.weigh(81, 4 * stepMs), kit.weigh(82, 2 * stepMs)]).toEqual(['held', 'held']);
    const last = kit.weigh(64);
    expect([last, kit.outbox.doubtful.waiting().map((it) => it.code)]).toEqual(['kept', []]);
    await until(async () => (await cloud.journalled()).length === 2);
    expect((await cloud.journalled()).map((it) => [it.patient, it.values[0]?.value])).toEqual([
      [first, 80],
      [second, 64],
    ]);

    // The neighbour's gateway hears the same scale: it sends, and nothing is taken.
    expect(other.weigh(65)).toBe('kept');
    const refused = () => cloud.db.selectFrom('refused').select(['gateway', 'code']).execute();
    await until(async () => (await refused()).length === 1);
    expect(await refused()).toEqual([{ gateway: 'gw-other', code: 'device_elsewhere' }]);
    expect(await cloud.journalled()).toHaveLength(2);
  }, 120_000);

  it('is told when a device moves to another kit, and is all or nothing', async () => {
    const told = async (gateway: string) =>
      (
        await cloud.db
          .selectFrom('commands')
          .select('home')
          .where('gateway', '=', gateway)
          .executeTakeFirst()
      )?.home ?? '';
    const at = clock.wall().ms;
    const moved = { gateway: 'gw-third', patient: second, devices: [scale.identity] };
    await handOut(cloud.db, moved, at);
    expect(await told('gw-third')).toContain(scale.identity);
    expect(await told('gw-kit')).not.toContain(scale.identity);
    const wrong = { gateway: 'gw-kit', patient: first, devices: [''] };
    await expect(handOut(cloud.db, wrong, at)).rejects.toMatchObject({ code: 'request_invalid' });
    const loans = await cloud.db
      .selectFrom('loans')
      .select('patient')
      .where('gateway', '=', 'gw-kit')
      .where('to_at', 'is', null)
      .execute();
    expect(loans).toEqual([{ patient: second }]);
  });
});
