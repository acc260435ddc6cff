import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import { createLog } from '@hemma/runtime/log.js';
import type { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import {
  BluezScene,
  dateTime,
  dateTimeValue,
  measurement,
} from '../../../tooling/testkit/bluez.js';
import { testFolder } from '../../../tooling/testkit/folder.js';
import { ManualClock } from '../../../tooling/testkit/manual-clock.js';
import { requires } from '../../../tooling/testkit/requires.js';
import { BluezTransport } from './bluez.js';

/** Every deadline and limit of the transport at its edge: real messages, time as the test wants. */

const second = 1_000;
/** For loaded machines; everything here takes milliseconds. */
const patience = { timeout: 15_000, interval: 5 };

describe.runIf(requires('dbus-daemon', 'limits over BlueZ'))('limits over BlueZ', () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());
  afterEach(() => {
    scene.bluez.faults.ignored.clear();
    scene.bluez.faults.slow.clear();
  });

  const count = (member: string): number =>
    scene.bluez.calls.filter((call) => call === member).length;

  /** Whatever was under way on the bus has come through, in both directions. */
  async function settled({ daemon }: BluezTransport): Promise<void> {
    const ping = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };
    await daemon.call(ping).catch(() => undefined);
  }

  /** A transport on a clock of its own that has heard the device. */
  async function home(device: Peripheral = scene.cuff()) {
    const clock = new ManualClock();
    const nobody = { mayBond: () => true, passkey: () => Promise.resolve(null) };
    // With the product's own deadlines.
    const transport = new BluezTransport({
      ...{ clock, log: createLog('test', 'silent'), address: scene.bus.address },
      policy: { capability: 'NoInputNoOutput', ...nobody },
    });
    onTestFinished(() => transport.stop());
    await transport.start();
    await scene.heard(transport, device);
    return { clock, transport, device, address: device.address.text };
  }

  async function open() {
    const at = await home();
    return { ...at, link: await at.transport.connect(at.address) };
  }

  /** What became of the work, which ends after just this long, and not before. */
  async function outcomeAt(clock: ManualClock, ms: number, work: Promise<unknown>) {
    let isOver = false;
    const outcome = work
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true;
      });
    await clock.advance(ms - 1);
    expect(isOver).toBe(false);
    await clock.advance(1);
    return await outcome;
  }

  async function asked(member: string, before: number): Promise<void> {
    await vi.waitFor(() => expect(count(member)).toBe(before + 1), patience);
  }

  it('gives up on a bus that takes the connection and says nothing, after 5 s', async () => {
    const path = join(testFolder(), 'bus');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    const clock = new ManualClock();
    const transport = scene.unstarted({ clock, address: `unix:path=${path}` });
    const outcome = await outcomeAt(clock, 5 * second, transport.open());
    expect(outcome).toMatchObject({ code: 'bus_unavailable' });
    expect(transport.fault).toBe('bus_unavailable');
  });

  it('gives up on a bluetoothd that does not answer, after 5 s', async () => {
    scene.bluez.faults.ignored.add('RegisterAgent');
    const clock = new ManualClock();
    const transport = scene.unstarted({ clock });
    onTestFinished(() => transport.stop());
    const before = count('RegisterAgent');
    const opening = transport.open();
    opening.catch(() => undefined);
    await asked('RegisterAgent', before);
    expect(await outcomeAt(clock, 5 * second, opening)).toMatchObject({ code: 'bluetooth_stuck' });
    expect(transport.fault).toBe('bluetooth_stuck');
  });

  it('asks again for bluetoothd after a second, and then at least once a minute', async () => {
    const { clock, transport } = await home();
    scene.bluez.faults.ignored.add('RegisterAgent');
    scene.bluez.stop();
    const before = count('RegisterAgent');
    await scene.bluez.start();
    await asked('RegisterAgent', before);
    for (let waited = 0; waited < 600; waited += 1) {
      await clock.advance(second);
      await settled(transport);
    }
    const tried = count('RegisterAgent') - before;
    // Ten minutes: doubling from a second, every minute at last, each with its five seconds.
    expect(tried).toBeGreaterThanOrEqual(10);
    expect(tried).toBeLessThan(30);
    scene.bluez.faults.ignored.clear();
    for (let waited = 0; waited < 65 && !transport.available; waited += 1) {
      await clock.advance(second);
      await settled(transport);
    }
    expect(transport.available).toBe(true);
  });

  it('begins a scan anew after 10 s', async () => {
    const { clock, transport } = await home();
    await settled(transport);
    const before = count('StartDiscovery');
    await clock.advance(10 * second - 1);
    await settled(transport);
    expect(count('StartDiscovery')).toBe(before);
    await clock.advance(1);
    await asked('StartDiscovery', before);
  });

  it('gives up on a connection that does not come about, after 20 s', async () => {
    const { clock, transport, address } = await home();
    scene.bluez.faults.ignored.add('Connect');
    const before = count('Connect');
    const connecting = transport.connect(address);
    await asked('Connect', before);
    const outcome = await outcomeAt(clock, 20 * second, connecting);
    expect(outcome).toMatchObject({ code: 'device_timeout' });
  });

  it('gives up on services that are not resolved, after 15 s', async () => {
    const device = scene.cuff();
    const { clock, transport, address } = await home(device);
    device.faults.silentAfterPdus = 0;
    const connecting = transport.connect(address);
    await vi.waitFor(() => expect(scene.bluez.device(address)?.connected).toBe(true), patience);
    await settled(transport);
    const outcome = await outcomeAt(clock, 15 * second, connecting);
    expect(outcome).toMatchObject({ code: 'device_timeout' });
    expect(device.connected).toBe(false);
  });

  it.each([
    ['ReadValue', 'device_timeout'],
    ['WriteValue', 'device_timeout'],
    ['StartNotify', 'device_timeout'],
  ])('gives up on a %s that is not answered, after 10 s', async (member, code) => {
    const { clock, link } = await open();
    scene.bluez.faults.ignored.add(member);
    const before = count(member);
    const works: Readonly<Record<string, () => Promise<unknown>>> = {
      ReadValue: () => link.read(dateTime),
      WriteValue: () => link.write(dateTime, Uint8Array.of(1)),
      StartNotify: () => link.subscribe(measurement, () => undefined),
    };
    const work = works[member]!();
    await asked(member, before);
    expect(await outcomeAt(clock, 10 * second, work)).toMatchObject({ code });
    scene.bluez.faults.ignored.clear();
    await link.close();
  });

  it('leaves a device that does not stop its values, after 2 s', async () => {
    const { clock, link, device } = await open();
    await link.subscribe(measurement, () => undefined);
    scene.bluez.faults.ignored.add('StopNotify');
    const before = count('StopNotify');
    const closing = link.close();
    await asked('StopNotify', before);
    await clock.advance(2 * second - 1);
    expect(device.connected).toBe(true);
    await clock.advance(1);
    await closing;
    expect(device.connected).toBe(false);
  });

  it('believes after 3 s that a link is over that BlueZ does not end', async () => {
    const { clock, link, device } = await open();
    scene.bluez.faults.ignored.add('Disconnect');
    const before = count('Disconnect');
    const closing = link.close();
    await asked('Disconnect', before);
    expect(await outcomeAt(clock, 3 * second, closing)).toBeUndefined();
    device.disconnect();
    await link.closed;
  });

  it('gives up on a pairing that nobody answers after a minute, and cancels it', async () => {
    const device = scene.cuff();
    scene.bluez.setSecurity(device.address.text, { ...bondedDevice(), pairing: 'silent' });
    const { clock, transport, address } = await home(device);
    const before = { pair: count('Pair'), cancel: count('CancelPairing') };
    const pairing = transport.pair(address);
    await asked('Pair', before.pair);
    const outcome = await outcomeAt(clock, 60 * second, pairing);
    expect(outcome).toMatchObject({ code: 'device_timeout' });
    expect(count('CancelPairing')).toBe(before.cancel + 1);
    expect(transport.bonds.map((bond) => bond.address)).not.toContain(address);
  });

  it.each([
    [64, 0],
    [65, 1],
  ])(
    'holds 64 values during a read: of %i the oldest %i are told before its end',
    async (sent, early) => {
      const { transport, link, device } = await open();
      const told: number[] = [];
      await link.subscribe(dateTime, ({ octets }) => told.push(octets[0] ?? NaN));
      let follow = (): void => undefined;
      scene.bluez.faults.slow.set('ReadValue', new Promise((resolve) => (follow = resolve)));
      const before = count('ReadValue');
      const reading = link.read(dateTime);
      await asked('ReadValue', before);
      for (let i = 0; i < sent; i += 1) await device.notify(dateTime, Uint8Array.of(i));
      await settled(transport);
      expect(told).toEqual(Array.from({ length: early }, (_, i) => i));
      follow();
      expect(await reading).toEqual(dateTimeValue);
      // The answer is none of them, the order is that of the device, and one is told as the last to make room.
      expect(told).toEqual(Array.from({ length: sent }, (_, i) => i));
      await link.close();
    },
  );
});
