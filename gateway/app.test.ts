import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { GattDevice } from '@hemma/protocols/device.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { checkSettings } from '@hemma/runtime/config.js';
import { createLog } from '@hemma/runtime/log.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { Air } from '@hemma/simulators/radio/air.js';
import { installVirtualHci } from '@hemma/simulators/radio/hci-socket.js';
import { testFolder } from '../tooling/testkit/folder.js';
import { testAir } from '../tooling/testkit/noble.js';
import { aPrompt } from '../tooling/testkit/prompts.js';
import { SmallCloud, smallCloudSecret } from '../tooling/testkit/small-cloud.js';
import { createGateway } from './app.js';
import { inspectOutbox } from './outbox/inspect.js';
import { askedNow } from './prompts/asked.js';
import { promptForm } from './prompts/store.js';
import { inspectState } from './state-file.js';
import { promptsFileIn, settingsSchema } from './settings.js';

const gateway = 'gw-test';
const clock = new SystemClock({ trust: 'synced' });

function gattModel(id: string): GattDevice {
  const device = catalogue.find((one) => one.id === id);
  if (device?.transport !== 'gatt') throw new Error(`${id} is no GATT device`);
  return device;
}

async function home(devices: object[], changes: object = {}, before?: (it: SmallCloud) => void) {
  const cloud = new SmallCloud(gateway);
  cloud.at = () => clock.wall().ms;
  await cloud.start();
  before?.(cloud);
  const settings = checkSettings(
    settingsSchema,
    {
      ...{ gateway, secret: smallCloudSecret, patient: 'p-00000001', broker: cloud.url },
      ...{ dataDir: join(testFolder(), 'data'), clock: 'trusted', logLevel: 'silent', devices },
      bluetooth: 'noble',
      ...changes,
    },
    'test',
  );
  const log = createLog('test', settings.logLevel);
  const lifecycle = createGateway(settings, { log, version: '0.1.0', source: 'test' });
  onTestFinished(async () => {
    await lifecycle.stop();
    await cloud.stop();
  });
  await lifecycle.start();
  return { cloud, lifecycle, settings };
}

const arrived = (cloud: SmallCloud): Measurement[] =>
  [...cloud.stored.values()].flat().map((text) => measurementSchema.parse(JSON.parse(text)));

const pressure = (systolic: number) => ({
  kind: 'blood_pressure' as const,
  values: [
    { code: 'systolic_bp' as const, value: systolic },
    { code: 'diastolic_bp' as const, value: 80 },
    { code: 'pulse_rate' as const, value: 61 },
  ],
});

describe('a gateway with its radio', () => {
  let air: Air;
  let uninstall: () => void;
  beforeAll(() => {
    air = testAir();
    uninstall = installVirtualHci(air);
  });
  afterAll(() => uninstall());

  it('brings what a device measures to the cloud, stored records and live ones', async () => {
    const address = 'C0:FF:EE:00:02:01';
    const model = gattModel('generic-blood-pressure');
    const monitor = createVirtualDevice(model, { clock, serialNumber: '1', address });
    monitor.attach(air);
    const hourAgo = clock.wall().ms - 3_600_000;
    monitor.record(pressure(121), hourAgo);
    const { cloud } = await home([{ model: model.id, address: address.toLowerCase() }]);
    await vi.waitFor(() => expect(arrived(cloud)).toHaveLength(1), { timeout: 8_000 });

    const latencies: number[] = [];
    for (const systolic of [122, 123, 124, 125, 126]) {
      const from = performance.now();
      monitor.record(pressure(systolic));
      await vi.waitFor(() => expect(arrived(cloud)).toHaveLength(systolic - 120), { interval: 1 });
      latencies.push(performance.now() - from);
    }
    expect(Math.min(...latencies)).toBeLessThan(100);

    const [first, ...rest] = arrived(cloud);
    expect(first).toMatchObject({ patient: 'p-00000001', failure: null, flags: [] });
    expect(first!.device).toMatchObject({ model: model.id, identity: `ble:${address}` });
    expect(Math.abs(first!.time.measuredAt - hourAgo)).toBeLessThan(3_000);
    expect(rest.map(({ values }) => values[0]!.value)).toEqual([122, 123, 124, 125, 126]);
  });

  it('asks what the cloud wants, also of a gateway that was away, until it is measured', async () => {
    const address = 'C0:FF:EE:00:02:31';
    const model = gattModel('generic-blood-pressure');
    const monitor = createVirtualDevice(model, { clock, serialNumber: '31', address });
    monitor.attach(air);
    const now = clock.wall().ms;
    const prompts = [aPrompt({ notBefore: now - 60_000, until: now + 600_000 })];
    const command: Command = { v: 1, gateway, version: now, prompts };
    const { cloud, settings } = await home([{ model: model.id, address }], {}, (it) =>
      it.publish(JSON.stringify(command), 'commands'),
    );
    const asked = () => askedNow(inspectState(promptsFileIn(settings.dataDir), promptForm), clock);
    await vi.waitFor(() => expect(cloud.statuses.at(-1)?.commandVersion).toBe(now));
    expect(asked()).toMatchObject([{ standing: 'due' }]);
    cloud.publish('rubbish', 'commands');
    await vi.waitFor(() => expect(cloud.statuses.at(-1)?.problems).toEqual(['command_malformed']));
    expect(asked()).toMatchObject([{ standing: 'due' }]);
    monitor.record(pressure(128));
    await vi.waitFor(() => expect(asked()).toEqual([]), { timeout: 8_000 });
    cloud.publish(JSON.stringify({ ...command, version: now + 1, prompts: [] }), 'commands');
    await vi.waitFor(() =>
      expect(cloud.statuses.at(-1)).toMatchObject({ commandVersion: now + 1, problems: [] }),
    );
  });

  it('keeps at home what may be somebody else’s, and tells how many such readings wait', async () => {
    const address = 'C0:FF:EE:00:02:41';
    const model = gattModel('generic-blood-pressure');
    const monitor = createVirtualDevice(model, { clock, serialNumber: '41', address });
    monitor.attach(air);
    monitor.record(pressure(127));
    const devices = [{ model: model.id, address, use: 'visiting' }];
    const { cloud, settings } = await home(devices);
    await vi.waitFor(() => expect(cloud.statuses.at(-1)?.doubtful).toBe(1), { timeout: 18_000 });
    expect(arrived(cloud)).toEqual([]);
    const kept = inspectOutbox(join(settings.dataDir, 'outbox.sqlite'));
    expect(kept).toMatchObject({ last: 0, held: 0, doubtful: 1, setAside: 0 });
  });

  it('serves several devices one after the other, and nobody else', async () => {
    const model = gattModel('and-ua-651ble');
    const monitors = ['11', '12', '13'].map((octet) => {
      const address = `C0:FF:EE:00:02:${octet}`;
      const monitor = createVirtualDevice(model, { clock, serialNumber: octet, address });
      monitor.attach(air);
      monitor.record(pressure(100 + Number(octet)));
      return { address, monitor };
    });
    const ours = monitors.slice(0, 2).map(({ address }) => ({ model: model.id, address }));
    const { cloud } = await home(ours, { noble: { unbonded: 'try' } });
    await vi.waitFor(() => expect(arrived(cloud)).toHaveLength(2), { timeout: 10_000 });
    const identities = arrived(cloud).map(({ device }) => device.identity);
    expect(identities.sort()).toEqual(ours.map(({ address }) => `ble:${address}`));
    expect(monitors[2]!.monitor.store.unsent()).toHaveLength(1);
  });

  it('refuses a device that needs a bond, and says so', async () => {
    const model = gattModel('and-ua-651ble');
    const address = 'C0:FF:EE:00:02:21';
    const monitor = createVirtualDevice(model, { clock, serialNumber: '21', address });
    const peripheral = monitor.attach(air);
    let connections = 0;
    peripheral.onConnected(() => (connections += 1));
    monitor.record(pressure(130));
    const { cloud } = await home([{ model: model.id, address }]);
    await vi.waitFor(() => expect(cloud.statuses.at(-1)?.problems).toContain('bond_required'), {
      timeout: 14_000,
      interval: 100,
    });
    expect(connections).toBe(0);
  });
});

describe('a gateway without devices', () => {
  it('is online with its outbox, and says goodbye', async () => {
    const { cloud, lifecycle } = await home([]);
    await vi.waitFor(() => expect(cloud.statuses).toHaveLength(1));
    expect(cloud.statuses[0]).toMatchObject({
      ...{ state: 'online', software: '0.1.0', waiting: 0, held: 0, problems: [] },
    });
    await lifecycle.stop();
    await vi.waitFor(() => expect(cloud.statuses.at(-1)?.state).toBe('offline'));
  });
});
