import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import {
  BluezScene,
  dateTime,
  dateTimeValue,
  measurement,
} from '../../../tooling/testkit/bluez.js';
import { requires } from '../../../tooling/testkit/requires.js';
import type { GattLink, IncomingValue } from '../link.js';
import type { BluezTransport } from './bluez.js';

/** For loaded machines; everything here takes milliseconds. */
const patience = { timeout: 15_000, interval: 10 };

/** Races and faults of BlueZ that happen now and then, here every time. */

describe.runIf(requires('dbus-daemon', 'races of BlueZ'))('BlueZ in a bad mood', () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());
  afterEach(() => {
    const { faults } = scene.bluez;
    for (const set of [faults.ignored, faults.unanswered, faults.late, faults.refused]) set.clear();
    Object.assign(faults, { repeatedSignals: false, silentServices: false, resolvedFirst: false });
    faults.withoutRssi = false;
  });

  async function open(device: Peripheral = scene.cuff()) {
    const transport = await scene.transport();
    await scene.heard(transport, device);
    const link = await transport.connect(device.address.text);
    return { transport, device, link };
  }

  async function reads(link: GattLink): Promise<void> {
    expect(await link.read(dateTime)).toEqual(dateTimeValue);
    await link.close();
  }

  it('knows all services when no signal tells of them', async () => {
    scene.bluez.faults.silentServices = true;
    const { link } = await open();
    expect([...link.characteristics].sort()).toEqual(['2a00', dateTime, measurement]);
    await reads(link);
  });

  it('knows all services when they are resolved before they are there', async () => {
    scene.bluez.faults.resolvedFirst = true;
    await reads((await open()).link);
  });

  it('takes signals that come twice for one', async () => {
    scene.bluez.faults.repeatedSignals = true;
    const { link } = await open();
    expect(link.characteristics.size).toBe(3);
    await reads(link);
  });

  it('goes on when Connect is never answered and the device is there', async () => {
    scene.bluez.faults.unanswered.add('Connect');
    await reads((await open()).link);
  });

  it('waits for a connection that BlueZ began by itself', async () => {
    scene.bluez.faults.refused.set('Connect', [{ name: 'InProgress', text: 'In Progress' }]);
    const transport = await scene.transport();
    const device = scene.cuff();
    await scene.heard(transport, device);
    const opening = transport.connect(device.address.text);
    await vi.waitFor(() => expect(scene.bluez.calls.at(-1)).toBe('Connect'), patience);
    await scene.bluez.connectByItself(device.address.text);
    await reads(await opening);
  });

  it.each([
    ['Failed', 'le-connection-abort-by-local', 'link_lost'],
    ['Failed', 'br-connection-canceled', 'link_lost'],
    ['NotReady', 'Resource Not Ready', 'adapter_unavailable'],
    ['Failed', 'Not Powered', 'adapter_unavailable'],
    ['DoesNotExist', 'Does Not Exist', 'link_lost'],
    ['AuthenticationFailed', 'Authentication Failed', 'bond_required'],
    ['org.freedesktop.DBus.Error.UnknownObject', 'no such object', 'link_lost'],
    ['org.freedesktop.DBus.Error.NoReply', 'no reply', 'bluetooth_stopped'],
  ])('says what %s "%s" of Connect is: %s', async (name, text, code) => {
    scene.bluez.faults.refused.set('Connect', [{ name, text }]);
    const transport = await scene.transport();
    const device = scene.cuff();
    await scene.heard(transport, device);
    await expect(transport.connect(device.address.text)).rejects.toMatchObject({ code });
    device.startAdvertising();
    await reads(await transport.connect(device.address.text));
  });

  it.each([
    ['NotPermitted', 'Not paired', 'bond_required'],
    ['Failed', 'Operation failed with ATT error: 0x0f', 'bond_required'],
    ['Failed', 'Operation failed with ATT error: 0x80', 'device_refused'],
    ['NotPermitted', 'Read not permitted', 'device_refused'],
    ['InProgress', 'In Progress', 'device_timeout'],
    ['Failed', 'Not connected', 'link_lost'],
  ])('says what %s "%s" of a read is: %s', async (name, text, code) => {
    const { link } = await open();
    scene.bluez.faults.refused.set('ReadValue', [{ name, text }]);
    await expect(link.read(dateTime)).rejects.toMatchObject({ code });
    await reads(link);
  });

  it('ends the link that a gateway before it has left, and no link of others', async () => {
    const nobody = { capability: 'NoInputNoOutput', passkey: () => Promise.resolve(null) } as const;
    const [ours, others] = [scene.cuff(), scene.cuff()];
    for (const device of [ours, others]) {
      const killed = await scene.transport({ policy: { mayBond: () => false, ...nobody } });
      await scene.heard(killed, device);
      await killed.connect(device.address.text);
      killed.daemon.close();
    }
    expect(ours.connected).toBe(true);
    const mayBond = (address: string): boolean => address === ours.address.text;
    const transport = await scene.transport({ policy: { mayBond, ...nobody } });
    await vi.waitFor(() => expect(ours.connected).toBe(false), patience);
    await scene.heard(transport, ours);
    await reads(await transport.connect(ours.address.text));
    expect(others.connected).toBe(true);
    others.disconnect();
  });

  it('tells a name that BlueZ reads late, for as long as the link lasts and no other', async () => {
    const advertising = { services: ['1810'], name: null, flags: 0x06 };
    const { link } = await open(scene.cuff({ advertising }));
    const [told, refused] = [link.read('2a00'), link.read('2a01')];
    await expect(refused).rejects.toMatchObject({ code: 'device_refused' });
    expect(new TextDecoder().decode(await told)).toBe('Cuff');
    await expect(link.write('2a00', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'device_refused',
    });
    await link.close();
    await expect(link.read('2a00')).rejects.toMatchObject({ code: 'link_lost' });
  });

  it('hands on a value that comes before the answer to StartNotify', async () => {
    scene.bluez.faults.late.set('StartNotify', 200);
    const { device, link } = await open();
    const values: IncomingValue[] = [];
    const subscribing = link.subscribe(measurement, (value) => values.push(value));
    await vi.waitFor(() => expect(device.isSubscribed(measurement)).toBe(true), patience);
    await device.indicate(measurement, Uint8Array.of(7));
    await subscribing;
    expect(values).toHaveLength(1);
    await link.close();
  });

  it('keeps a value that comes before anybody has subscribed, as after a bond', async () => {
    const { transport, device, link } = await open();
    const restored = {
      path: transport.daemon.mirror
        .under(transport.adapter ?? '', 'org.bluez.GattCharacteristic1')
        .find(([, { UUID: uuid }]) => String(uuid).startsWith(`0000${measurement}`))![0],
      ...{ interface: 'org.bluez.GattCharacteristic1', member: 'StartNotify' },
    };
    await transport.daemon.call(restored);
    await device.indicate(measurement, Uint8Array.of(7));
    expect(await link.read(dateTime)).toEqual(dateTimeValue);
    const values: IncomingValue[] = [];
    await link.subscribe(measurement, (value) => values.push(value));
    await link.subscribe(dateTime, (value) => values.push(value));
    expect(values.map(({ octets }) => [...octets])).toEqual([[7]]);
    await link.close();
  });

  it('turns on at once what was on when the device went away by itself, and nothing else', async () => {
    const { transport, device, link } = await open();
    await link.subscribe(measurement, () => undefined);
    device.disconnect();
    await link.closed;
    const before = scene.bluez.calls.length;
    await scene.heard(transport, device);
    const next = await transport.connect(device.address.text);
    expect(scene.bluez.calls.slice(before)).toContain('StartNotify');
    expect(device.isSubscribed(measurement)).toBe(true);
    await device.indicate(measurement, Uint8Array.of(8));
    const values: number[] = [];
    await next.subscribe(measurement, ({ octets }) => values.push(octets[0] ?? -1));
    expect(values).toEqual([8]);
    await next.close();
    await scene.heard(transport, device);
    const last = await transport.connect(device.address.text);
    expect(device.isSubscribed(measurement)).toBe(false);
    await last.close();
  });

  it('tells the answer to a read from a value with the same characteristic', async () => {
    const { device, link } = await open();
    const values: number[] = [];
    await link.subscribe(dateTime, ({ octets }) => values.push(octets.length));
    scene.bluez.faults.late.set('ReadValue', 100);
    const reading = link.read(dateTime);
    await sleep(30);
    await device.notify(dateTime, Uint8Array.of(1, 2, 3));
    expect(await reading).toEqual(dateTimeValue);
    await vi.waitFor(() => expect(values).toEqual([3]), patience);
    scene.bluez.faults.late.clear();
    await device.notify(dateTime, dateTimeValue);
    await vi.waitFor(() => expect(values).toEqual([3, 30]), patience);
    await link.close();
  });

  it('turns values off before it leaves, and leaves a silent device in time', async () => {
    const { device, link } = await open();
    await link.subscribe(measurement, () => undefined);
    await link.close();
    const goodbyes = new Set(['StopNotify', 'Disconnect']);
    const last = scene.bluez.calls.filter((call) => goodbyes.has(call)).slice(-2);
    expect(last).toEqual(['StopNotify', 'Disconnect']);
    await vi.waitFor(() => expect(device.connected).toBe(false), patience);
  });

  it('says that a device left while its services were looked for', async () => {
    const device = scene.cuff();
    device.faults.linkLost = { afterPdus: 4, reason: 0x08 };
    await expect(open(device)).rejects.toMatchObject({ code: 'link_lost' });
    device.faults.linkLost = null;
    await reads((await open(device)).link);
  });

  it('goes on with services that change while the link is open', async () => {
    const { device, link } = await open();
    const values: number[] = [];
    await link.subscribe(measurement, ({ octets }) => values.push(octets[0] ?? -1));
    await scene.bluez.changeServices(device.address.text);
    expect(await link.read(dateTime)).toEqual(dateTimeValue);
    await device.indicate(measurement, Uint8Array.of(9));
    await vi.waitFor(() => expect(values).toEqual([9]), patience);
    await link.close();
  });

  it('hears a device that has no RSSI by its other signs', async () => {
    scene.bluez.faults.withoutRssi = true;
    const maker = { manufacturerData: Uint8Array.of(0x4c, 0x00, 1, 2) };
    const advertising = { services: ['1810'], name: null, flags: 0x06, ...maker };
    const device = scene.cuff({ advertising });
    const transport = await scene.transport();
    const heard = await scene.heard(transport, device);
    expect(heard.manufacturerData).toEqual(maker.manufacturerData);
    device.stopAdvertising();
  });
});

describe.runIf(requires('dbus-daemon', 'bluetoothd ends and returns'))(
  'what BlueZ stands on',
  () => {
    let scene: BluezScene;
    let transport: BluezTransport;
    beforeAll(async () => {
      scene = await BluezScene.start(false);
    });
    afterAll(async () => {
      await transport.stop();
      await scene.stop();
    });

    const connects = async (): Promise<void> => {
      const device = scene.cuff();
      await scene.heard(transport, device);
      const link = await transport.connect(device.address.text);
      expect(await link.read(dateTime)).toEqual(dateTimeValue);
      await link.close();
    };

    it('is turned on when the gateway starts, with the agent there first', async () => {
      transport = scene.unstarted();
      await transport.start();
      await vi.waitFor(() => expect(transport.available).toBe(true), patience);
      const { calls } = scene.bluez;
      expect(calls.indexOf('RegisterAgent')).toBeLessThan(calls.indexOf('GetManagedObjects'));
      await connects();
    });

    it('ends every link when bluetoothd dies, and is taken up when it is back', async () => {
      const device = scene.cuff();
      await scene.heard(transport, device);
      const link = await transport.connect(device.address.text);
      scene.bluez.faults.ignored.add('ReadValue');
      const lost = link.read(dateTime).catch((error: unknown) => error);
      scene.bluez.stop();
      expect(await lost).toMatchObject({ code: 'link_lost' });
      await link.closed;
      expect(transport.available).toBe(false);
      await expect(transport.connect(device.address.text)).rejects.toMatchObject({
        code: 'adapter_unavailable',
      });
      scene.bluez.faults.ignored.clear();
      await scene.bluez.start();
      await vi.waitFor(() => expect(transport.available).toBe(true), patience);
      expect(scene.bluez.agents).toBe(1);
      await connects();
    });

    it('is left off when somebody turns it off, and used again when it is on', async () => {
      scene.bluez.setPower(false);
      await vi.waitFor(() => expect(transport.available).toBe(false), patience);
      await sleep(100);
      expect(transport.available).toBe(false);
      scene.bluez.setPower(true);
      await connects();
    });

    it('may be pulled out and put in again', async () => {
      scene.bluez.removeAdapter();
      await vi.waitFor(() => expect(transport.adapter).toBeNull(), patience);
      scene.bluez.addAdapter();
      await vi.waitFor(() => expect(transport.available).toBe(true), patience);
      await connects();
    });

    it('says what is wrong from the bottom up, and can be reset', async () => {
      expect(transport.fault).toBeNull();
      await transport.rescan();
      scene.bluez.faults.refused.set('StartDiscovery', [{ name: 'Failed', text: 'Failed' }]);
      await expect(transport.rescan()).rejects.toMatchObject({ code: 'adapter_unavailable' });
      expect(transport.fault).toBe('scan_refused');
      await transport.resetAdapter();
      expect(transport.fault).toBeNull();
      scene.bluez.setPower(false);
      await vi.waitFor(() => expect(transport.fault).toBe('adapter_off'), patience);
      scene.bluez.removeAdapter();
      await vi.waitFor(() => expect(transport.fault).toBe('adapter_unavailable'), patience);
      await expect(transport.resetAdapter()).rejects.toMatchObject({ code: 'adapter_unavailable' });
      scene.bluez.stop();
      await vi.waitFor(() => expect(transport.fault).toBe('bluetooth_stopped'), patience);
      scene.bluez.faults.ignored.add('RegisterAgent');
      await scene.bluez.start();
      await vi.waitFor(() => expect(transport.fault).toBe('bluetooth_stuck'), patience);
      scene.bluez.faults.ignored.clear();
      scene.bluez.stop();
      const denied = { name: 'org.freedesktop.DBus.Error.AccessDenied', text: 'Rejected' };
      scene.bluez.faults.refused.set('RegisterAgent', [denied]);
      await scene.bluez.start();
      // It asks again after a second, and goes on where it may.
      await vi.waitFor(() => expect(transport.fault).toBe('bluetooth_denied'), patience);
      await vi.waitFor(() => expect(transport.available).toBe(true), patience);
      await connects();
    });

    it('may lose the bus itself', async () => {
      await scene.bus.halt();
      await vi.waitFor(() => expect(transport.fault).toBe('bus_unavailable'), patience);
      expect(transport.available).toBe(false);
      scene.bluez.stop();
      await scene.bus.resume();
      await scene.bluez.start();
      await vi.waitFor(() => expect(transport.available).toBe(true), patience);
      await connects();
    });
  },
);
