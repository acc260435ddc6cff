import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import { BluezScene } from '../../tooling/testkit/bluez.js';
import { words } from '../../tooling/testkit/doctor.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Bluez } from '../transports/bluez/names.js';
import { adapter } from './checks/adapter.js';
import { bond } from './checks/bond.js';
import { helper } from './checks/helper.js';

/** What the doctor learns from BlueZ itself, over a real message bus. */

const devicesAt = (address: string, model = 'and-ua-651ble') => ({ devices: [{ model, address }] });
const radio = { ...devicesAt('C0:FF:EE:00:09:01'), bluetooth: 'bluez' };

describe.runIf(requires('dbus-daemon', 'the doctor asks BlueZ'))('what BlueZ says', () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());

  const at = (settings: object = radio, places: object = {}) => ({
    ...{ settings, places, bus: scene.bus.address },
  });
  /** The kernel's folder of adapters. */
  function kernelHas(name: string): { adapters: string } {
    const adapters = testFolder();
    mkdirSync(join(adapters, name));
    return { adapters };
  }

  /** What is told once it was waited for in vain. */
  async function patientWords(): Promise<readonly string[]> {
    const clock = new ManualClock();
    const before = scene.bluez.calls.length;
    const told = words(adapter, { ...at(), clock });
    await vi.waitFor(() => expect(scene.bluez.calls.length).toBeGreaterThan(before));
    await clock.advance(5_000);
    return await told;
  }

  it('is that the adapter is on, off, blocked, another one, not taken up, or gone', async () => {
    expect(await words(adapter, at())).toEqual(['ok: hci0 is there and on.']);
    const other = { ...radio, bluez: { adapter: 'hci1' } };
    expect(await words(adapter, at(other))).toEqual([
      'fault: There is no hci1; what there is: hci0.',
    ]);
    scene.bluez.setPower(false);
    expect(await words(adapter, at())).toEqual(['fault: hci0 is switched off.']);
    scene.bluez.setPower(true);
    scene.bluez.removeAdapter();
    onTestFinished(() => scene.bluez.addAdapter());
    expect(await words(adapter, at())).toEqual(['fault: There is no Bluetooth adapter.']);
    expect(await words(adapter, at(radio, kernelHas('hci0')))).toEqual([
      'fault: hci0 is there, but the Bluetooth service does not use it.',
    ]);
  });

  it('is nothing when it does not run, hangs, may not be asked, or has no bus', async () => {
    const { faults } = scene.bluez;
    const told = async (more: object = {}) =>
      (await words(adapter, { ...at(radio, kernelHas('hci0')), ...more }))[1];
    expect(await told({ bus: `unix:path=${join(testFolder(), 'none')}` })).toBe(
      'fault: The message bus does not answer.',
    );
    const refusal = { name: 'org.freedesktop.DBus.Error.AccessDenied', text: 'Rejected' };
    faults.refused.set('GetManagedObjects', [refusal]);
    expect(await told()).toBe('warning: This user may not ask the Bluetooth service.');
    faults.ignored.add('GetManagedObjects');
    expect(await patientWords()).toContain('fault: The Bluetooth service does not answer.');
    faults.ignored.clear();
    scene.bluez.stop();
    onTestFinished(() => scene.bluez.start());
    expect(await told()).toBe('fault: The Bluetooth service is not running.');
  });

  it('is asked for, and nothing is changed: no agent, no power, no scan', async () => {
    const before = scene.bluez.calls.length;
    await words(adapter, at());
    await words(bond, at());
    expect(scene.bluez.calls.slice(before)).toEqual(['GetManagedObjects', 'GetManagedObjects']);
    expect(scene.bluez.agents).toBe(0);
  });

  it('is which device has a bond, with which adapter, and whether it is let in', async () => {
    const device = scene.cuff();
    const address = device.address.text;
    scene.bluez.setSecurity(address, bondedDevice());
    const ours = { ...devicesAt(address), bluetooth: 'bluez' };
    expect(await words(bond, at(ours))).toEqual([`fault: ${address} is not bonded.`]);

    const transport = await scene.transport();
    await scene.heard(transport, device);
    await transport.pair(address);
    expect(await words(bond, at(ours))).toEqual([`ok: ${address} is bonded.`]);
    const other = { ...ours, bluez: { adapter: 'hci1' } };
    expect(await words(bond, at(other))).toEqual([
      `fault: ${address} is bonded with hci0, but the gateway uses hci1.`,
    ]);

    const path = `/org/bluez/hci0/dev_${address.replaceAll(':', '_')}`;
    const set = (name: string, to: boolean) =>
      transport.daemon.setProperty(path, Bluez.device, { name, signature: 'b', to });
    await set('Trusted', false);
    expect(await words(bond, at(ours))).toEqual([
      `warning: ${address} is bonded, but may not connect by itself.`,
    ]);
    await set('Blocked', true);
    expect(await words(bond, at(ours))).toEqual([`fault: ${address} is blocked in the system.`]);
    // Paired for this connection alone: no key is kept.
    await set('Bonded', false);
    expect(await words(bond, at(ours))).toEqual([`fault: ${address} is not bonded.`]);
  });
});

describe('noble', () => {
  const address = 'C0:FF:EE:00:09:01';

  it('keeps no bonds, and is told of where a device needs one', async () => {
    const settings = { ...devicesAt(address), bluetooth: 'noble' };
    expect(await words(bond, { settings })).toEqual([
      'fault: noble cannot keep the bond that the devices need.',
    ]);
    const tries = { ...settings, noble: { unbonded: 'try' } };
    expect(await words(bond, { settings: tries })).toEqual(['ok: No device needs a bond.']);
  });
});

describe('the helper of the radio', () => {
  it('is a socket that is there, or none', async () => {
    const socket = join(testFolder(), 'helper.sock');
    const settings = { ...radio, healing: { helper: socket } };
    expect((await words(helper, { settings }))[0]).toMatch(/^warning: There is no .*helper\.sock/);
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    expect(await words(helper, { settings })).toEqual(['ok: Ready.']);
    expect(await words(helper)).toEqual(['ok: It is not used.']);
    const onlyLog = { ...radio, healing: { helper: socket, onlyLog: true } };
    expect(await words(helper, { settings: onlyLog })).toEqual(['ok: It is not used.']);
  });
});
