import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { GattDevice } from '@hemma/protocols/device.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { checkSettings } from '@hemma/runtime/config.js';
import { createLog } from '@hemma/runtime/log.js';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import type { VirtualGattDevice } from '@hemma/simulators/devices/virtual-device.js';
import { BluezScene } from '../tooling/testkit/bluez.js';
import { takenWith } from '../tooling/testkit/device-bench.js';
import { testFolder } from '../tooling/testkit/folder.js';
import { requires } from '../tooling/testkit/requires.js';
import { SmallCloud, smallCloudSecret } from '../tooling/testkit/small-cloud.js';
import { createGateway } from './app.js';
import { defaultBluetooth } from './transports/bluetooth.js';
import { settingsSchema } from './settings.js';

const clock = new SystemClock({ trust: 'synced' });
/** The gateway hears at once what BlueZ has heard. */
const noticedMs = 1_000;
/** Loaded machines of CI; a visit takes a second. */
const patience = { timeout: 15_000, interval: 100 };

function gattModel(id: string): GattDevice {
  const device = catalogue.find((one) => one.id === id);
  if (device?.transport !== 'gatt') throw new Error(`${id} is no GATT device`);
  return device;
}

it('a gateway speaks through BlueZ on Linux, and through noble elsewhere', () => {
  expect(defaultBluetooth('linux')).toBe('bluez');
  expect(defaultBluetooth('darwin')).toBe('noble');
});

describe.runIf(requires('dbus-daemon', 'a gateway over BlueZ'))('a gateway over BlueZ', () => {
  let scene: BluezScene;
  const before = process.env['DBUS_SYSTEM_BUS_ADDRESS'];
  beforeAll(async () => {
    scene = await BluezScene.start();
    process.env['DBUS_SYSTEM_BUS_ADDRESS'] = scene.bus.address;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env['DBUS_SYSTEM_BUS_ADDRESS'];
    else process.env['DBUS_SYSTEM_BUS_ADDRESS'] = before;
    await scene.stop();
  });

  let devices = 0;
  function virtual(id: string) {
    devices += 1;
    const address = `C0:FF:EE:00:0A:0${devices}`;
    const model = gattModel(id);
    const device = createVirtualDevice(model, { clock, serialNumber: `${devices}`, address });
    device.attach(scene.air);
    if (model.bonding === 'required') scene.bluez.setSecurity(address, bondedDevice());
    return { device, address, model: id };
  }

  async function home(ours: readonly { address: string; model: string }[]) {
    const cloud = new SmallCloud('gw-bluez');
    cloud.at = () => clock.wall().ms;
    await cloud.start();
    const settings = checkSettings(
      settingsSchema,
      {
        ...{ gateway: 'gw-bluez', secret: smallCloudSecret, patient: 'p-00000001' },
        ...{ broker: cloud.url, dataDir: join(testFolder(), 'data'), clock: 'trusted' },
        ...{ bluetooth: 'bluez', logLevel: 'silent' },
        devices: ours.map(({ address, model }) => ({ address, model })),
      },
      'test',
    );
    const log = createLog('test', 'silent');
    const gateway = createGateway(settings, { log, version: '0.1.0', source: 'test' });
    onTestFinished(async () => {
      await gateway.stop();
      await cloud.stop();
    });
    await gateway.start();
    return cloud;
  }

  const arrived = (cloud: SmallCloud): Measurement[] =>
    [...cloud.stored.values()].flat().map((text) => measurementSchema.parse(JSON.parse(text)));
  const problems = (cloud: SmallCloud) => cloud.statuses.at(-1)?.problems;
  const measure = (device: VirtualGattDevice, i: number) =>
    device.record(takenWith(device.device.kind, i));

  it('reads devices with and without a bond, one after the other', async () => {
    const ours = ['generic-thermometer', 'generic-weight-scale', 'and-ua-651ble'].map(virtual);
    const [, , cuff] = ours;
    const pairing = await scene.transport();
    measure(cuff!.device, 1);
    await vi.waitFor(() => pairing.pair(cuff!.address), patience);
    await pairing.stop();
    const cloud = await home(ours);
    for (const { device } of ours) measure(device, 2);
    const models = () => new Set(arrived(cloud).map(({ device }) => device.model));
    await vi.waitFor(() => {
      for (const { device } of ours) device.wake();
      expect([...models()].sort()).toEqual(ours.map(({ model }) => model).sort());
    }, patience);
  });

  it('tells of a missing bond and of a missing bluetoothd, and reads on when it is back', async () => {
    const [cuff, thermometer] = ['and-ua-651ble', 'generic-thermometer'].map(virtual);
    measure(cuff!.device, 3);
    const cloud = await home([cuff!, thermometer!]);
    await vi.waitFor(() => expect(scene.bluez.device(cuff!.address)).toBeDefined(), patience);
    await sleep(noticedMs);
    expect(scene.bluez.device(cuff!.address)?.connected).toBe(false);
    scene.bluez.stop();
    const missing = ['adapter_unavailable', 'bluetooth_stopped', 'bond_required'];
    await vi.waitFor(() => expect(problems(cloud)).toEqual(missing), patience);
    await scene.bluez.start();
    measure(thermometer!.device, 4);
    await vi.waitFor(() => {
      thermometer!.device.wake();
      expect(arrived(cloud)).toHaveLength(1);
    }, patience);
  });
});
