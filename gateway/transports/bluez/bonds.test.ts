import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import type { DeviceSecurity } from '@hemma/simulators/bluez/faults.js';
import type { Peripheral } from '@hemma/simulators/radio/peripheral.js';
import { BluezScene, dateTime, dateTimeValue } from '../../../tooling/testkit/bluez.js';
import { requires } from '../../../tooling/testkit/requires.js';
import type { PairingPolicy } from './agent.js';
import type { BluezTransport } from './bluez.js';

/** For loaded machines; everything here takes milliseconds. */
const patience = { timeout: 15_000, interval: 10 };

describe.runIf(requires('dbus-daemon', 'bonds through BlueZ'))('a device that needs a bond', () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());

  const bonded = { needsBond: true };

  async function home(security: DeviceSecurity = bondedDevice(), policy?: Partial<PairingPolicy>) {
    const device = scene.cuff();
    const address = device.address.text;
    scene.bluez.setSecurity(address, security);
    const whole: PairingPolicy = {
      capability: 'KeyboardOnly',
      mayBond: () => true,
      passkey: () => Promise.resolve(null),
      ...policy,
    };
    const transport = await scene.transport({ policy: whole });
    await scene.heard(transport, device);
    return { device, address, security, transport };
  }

  async function reads(transport: BluezTransport, device: Peripheral): Promise<void> {
    await scene.heard(transport, device);
    const link = await transport.connect(device.address.text, bonded);
    expect(await link.read(dateTime)).toEqual(dateTimeValue);
    await link.close();
  }

  it('is left alone until somebody has paired it', async () => {
    const { device, address, transport } = await home();
    await expect(transport.connect(address, bonded)).rejects.toMatchObject({
      code: 'bond_required',
    });
    expect(device.connected).toBe(false);
    expect(scene.bluez.calls).not.toContain('Connect');
    expect(scene.bluez.calls).not.toContain('Pair');
    device.stopAdvertising();
  });

  it('is read again and again once it is paired, without any further pairing', async () => {
    const { device, address, transport } = await home();
    await transport.pair(address);
    const [bond] = transport.bonds.filter((one) => one.address === address);
    expect(bond).toMatchObject({ trusted: true, connected: false });
    const before = scene.bluez.calls.filter((call) => call === 'Pair').length;
    for (let visit = 0; visit < 3; visit += 1) await reads(transport, device);
    expect(scene.bluez.calls.filter((call) => call === 'Pair')).toHaveLength(before);
  });

  it('keeps its bond when bluetoothd is started anew', async () => {
    const { device, address, transport } = await home();
    await transport.pair(address);
    scene.bluez.stop();
    await vi.waitFor(() => expect(transport.available).toBe(false), patience);
    await scene.bluez.start();
    await vi.waitFor(() => expect(transport.available).toBe(true), patience);
    await reads(transport, device);
  });

  it('is paired though the answer to Pair never comes', async () => {
    const { device, address, transport } = await home();
    scene.bluez.faults.unanswered.add('Pair');
    await transport.pair(address);
    scene.bluez.faults.unanswered.clear();
    await reads(transport, device);
  });

  it('is paired with the digits that it shows, and not with others', async () => {
    const asked: string[] = [];
    const typed = [111_111, 123_456];
    const passkey = (address: string): Promise<number | null> => {
      asked.push(address);
      return Promise.resolve(typed.shift() ?? null);
    };
    const { device, address, transport } = await home(bondedDevice(123_456), { passkey });
    await expect(transport.pair(address)).rejects.toMatchObject({ code: 'pairing_refused' });
    await scene.heard(transport, device);
    await transport.pair(address);
    expect(asked).toEqual([address, address]);
    await reads(transport, device);
  });

  it('is not paired when it does not belong to this home', async () => {
    const { address, transport, device } = await home(bondedDevice(1), { mayBond: () => false });
    await expect(transport.pair(address)).rejects.toMatchObject({ code: 'pairing_refused' });
    expect(transport.bonds.map((bond) => bond.address)).not.toContain(address);
    device.stopAdvertising();
  });

  it('that is not in pairing mode refuses, and nothing is kept', async () => {
    const { address, security, transport, device } = await home();
    security.pairing = 'refuses';
    await expect(transport.pair(address)).rejects.toMatchObject({ code: 'pairing_refused' });
    expect(transport.bonds.map((bond) => bond.address)).not.toContain(address);
    security.pairing = 'accepts';
    await scene.heard(transport, device);
    await transport.pair(address);
    await reads(transport, device);
  });

  it('and has forgotten it is told as a lost bond after three visits, and never paired by itself', async () => {
    const { device, address, security, transport } = await home();
    await transport.pair(address);
    security.remembers = false;
    const pairings = scene.bluez.calls.filter((call) => call === 'Pair').length;
    const codes: unknown[] = [];
    for (let visit = 0; visit < 3; visit += 1) {
      await scene.heard(transport, device);
      codes.push(await transport.connect(address, bonded).catch((error: unknown) => error));
    }
    expect(codes).toMatchObject([
      { code: 'link_lost' },
      { code: 'link_lost' },
      { code: 'bond_lost' },
    ]);
    expect(scene.bluez.calls.filter((call) => call === 'Pair')).toHaveLength(pairings);
    expect(transport.bonds.map((bond) => bond.address)).toContain(address);
    await transport.forget(address);
    await scene.heard(transport, device);
    await transport.pair(address);
    await reads(transport, device);
  });

  it('and is paired anew by another program is judged anew: its old bond was lost', async () => {
    const { device, address, security, transport } = await home();
    const command = await scene.transport();
    await transport.pair(address);
    const visit = async (): Promise<unknown> => {
      await scene.heard(transport, device);
      return transport.connect(address, bonded).catch((error: unknown) => error);
    };
    security.remembers = false;
    for (let drops = 0; drops < 2; drops += 1) await visit();
    expect(await visit()).toMatchObject({ code: 'bond_lost' });
    await command.forget(address);
    await scene.heard(command, device);
    await command.pair(address);
    security.remembers = false;
    expect(await visit()).toMatchObject({ code: 'link_lost' });
  });

  it.each([
    ['Connect', 'AuthenticationFailed', 'Authentication Failed'],
    ['ReadValue', 'NotPermitted', 'Not paired'],
    ['ReadValue', 'Failed', 'Operation failed with ATT error: 0x05'],
  ])('says at once that the bond is lost when %s answers %s', async (member, name, text) => {
    const { device, address, transport } = await home();
    await transport.pair(address);
    scene.bluez.faults.refused.set(member, [{ name, text }]);
    await scene.heard(transport, device);
    const reading = transport.connect(address, bonded).then(async (link) => {
      try {
        return await link.read(dateTime);
      } finally {
        await link.close();
      }
    });
    await expect(reading).rejects.toMatchObject({ code: 'bond_lost' });
    await reads(transport, device);
  });

  it('whose bond only the gateway has forgotten is told as one that needs a bond', async () => {
    const { device, address, transport } = await home();
    await transport.pair(address);
    await transport.forget(address);
    await scene.heard(transport, device);
    await expect(transport.connect(address, bonded)).rejects.toMatchObject({
      code: 'bond_required',
    });
    device.stopAdvertising();
  });
});
