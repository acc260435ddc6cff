import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Command } from 'commander';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import { BluezScene } from '../../tooling/testkit/bluez.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { requires } from '../../tooling/testkit/requires.js';
import { bondsCommand, forgetCommand, pairCommand } from './bond-commands.js';

const foreign = 'C0:FF:EE:00:09:FF';

describe.runIf(requires('dbus-daemon', 'bonds at the command line'))('bonds of a home', () => {
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

  function settingsOf(...devices: object[]): string {
    const file = join(testFolder(), 'gateway.json');
    const home = { gateway: 'gw-1', secret: 's', patient: 'p-00000001', dataDir: '/nowhere' };
    writeFileSync(file, JSON.stringify({ ...home, broker: 'mqtt://127.0.0.1:1', devices }));
    return file;
  }

  async function run(command: Command, ...args: string[]): Promise<string> {
    let said = '';
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    try {
      await command.parseAsync(args, { from: 'user' });
    } finally {
      spy.mockRestore();
    }
    return said;
  }

  it('are made, listed, made anew and ended', async () => {
    const cuff = scene.cuff();
    const address = cuff.address.text;
    const security = bondedDevice(42);
    scene.bluez.setSecurity(address, security);
    const file = settingsOf({ model: 'and-ua-651ble', address });
    const at = ['--settings', file];
    const bonds = async (): Promise<unknown> =>
      JSON.parse(await run(bondsCommand(), ...at, '--json'));
    const own = { address, model: 'and-ua-651ble', needsBond: true };
    expect(await bonds()).toEqual([{ ...own, state: 'none' }]);
    expect(await run(bondsCommand(), ...at)).toContain(`hemma-gateway pair ${address}`);

    cuff.startAdvertising();
    const paired = await run(pairCommand(), address.toLowerCase(), ...at, '--passkey', '000042');
    expect(paired).toContain('Paired.');
    expect(await bonds()).toEqual([{ ...own, state: 'bonded' }]);
    await expect(run(pairCommand(), address, ...at)).rejects.toThrow(/^wrong_state: .*--again/);

    security.remembers = false;
    cuff.startAdvertising();
    await run(pairCommand(), address, ...at, '--again', '--passkey', '000042');
    expect(security.remembers).toBe(true);

    await run(forgetCommand(), address, ...at);
    expect(await bonds()).toEqual([{ ...own, state: 'none' }]);
    await expect(run(forgetCommand(), address, ...at)).rejects.toThrow(/^not_found/);
  });

  it('are told of devices that have left the home, and ended', async () => {
    const cuff = scene.cuff();
    const address = cuff.address.text;
    cuff.startAdvertising();
    const here = settingsOf({ model: 'generic-blood-pressure', address });
    await run(pairCommand(), address, '--settings', here);
    const elsewhere = settingsOf();
    const told = await run(bondsCommand(), '--settings', elsewhere);
    expect(told).toContain(`not of this home: hemma-gateway forget ${address}`);
    await run(forgetCommand(), address, '--settings', elsewhere);
  });

  it('are not made with others, nor with who is away or refuses', async () => {
    const cuff = scene.cuff();
    const address = cuff.address.text;
    const at = ['--settings', settingsOf({ model: 'and-ua-651ble', address })];
    await expect(run(pairCommand(), foreign, ...at)).rejects.toThrow(/^not_found/);
    await expect(run(pairCommand(), address, ...at, '--seconds', '1')).rejects.toThrow(
      /^device_timeout: .*pairing mode/,
    );
    scene.bluez.security(address).pairing = 'refuses';
    cuff.startAdvertising();
    await expect(run(pairCommand(), address, ...at)).rejects.toThrow(/^pairing_refused/);
    expect(JSON.parse(await run(bondsCommand(), ...at, '--json'))).toMatchObject([
      { state: 'none' },
    ]);
  });

  it('say what is missing: a right, an adapter, bluetoothd, the bus', async () => {
    const at = ['--settings', settingsOf()];
    const { refused } = scene.bluez.faults;
    const text = 'Rejected send message, 3 matched rules';
    refused.set('RegisterAgent', [{ name: 'org.freedesktop.DBus.Error.AccessDenied', text }]);
    await expect(run(bondsCommand(), ...at)).rejects.toThrow(/^bluetooth_denied: .*group/);
    scene.bluez.removeAdapter();
    await expect(run(bondsCommand(), ...at)).rejects.toThrow(/^adapter_unavailable/);
    scene.bluez.stop();
    await expect(run(bondsCommand(), ...at)).rejects.toThrow(
      /^bluetooth_stopped: .*systemctl start bluetooth/,
    );
    await scene.bus.halt();
    await expect(run(bondsCommand(), ...at)).rejects.toThrow(/^bus_unavailable: .*dbus/);
  });
});
