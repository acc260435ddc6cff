import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Device } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { FakeBluez } from '@hemma/simulators/bluez/fake-bluez.js';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import { attachPty } from '@hemma/simulators/serial/pty.js';
import type { Pty } from '@hemma/simulators/serial/pty.js';
import { takenWith } from '../../tooling/testkit/device-bench.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { requires } from '../../tooling/testkit/requires.js';
import { canRunDebian } from '../support/debian-root.js';
import {
  InstalledHome,
  askHelper,
  beenOn,
  patienceMs,
  settingsFile,
} from '../support/installed-home.js';

/**
 * What the installed gateway reaches: a BlueZ on the machine's own message bus, a serial line, and the
 * helper that is root. Others on the same machine reach none of it.
 */

const suite = 'the devices of an installed gateway';
const line = '/dev/ttyHemma';
const [thermometer, cuff] = ['C0:FF:EE:00:0B:01', 'C0:FF:EE:00:0B:02'];
const settings = {
  clock: 'trusted',
  devices: [
    { model: 'generic-thermometer', address: thermometer, use: 'own' },
    { model: 'and-ua-651ble', address: cuff, use: 'own' },
    { model: 'and-serial-scale', port: line, serialNumber: 'A1', use: 'own' },
  ],
};

/** Debian's rules for BlueZ, but for one: nobody may speak with it unless another rule says so. */
const strictRules = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root">
    <allow own="org.bluez"/>
    <allow send_destination="org.bluez"/>
    <allow send_interface="org.bluez.Agent1"/>
  </policy>
  <policy context="default"><deny send_destination="org.bluez"/></policy>
</busconfig>
`;

/** Stands for bluetoothd's unit, and writes down when it is started. */
const starts = '/run/bluetooth-starts';
const bluetoothUnit = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo started >>${starts}'
`;

const stranger = 'setpriv --reuid=nobody --regid=nogroup --clear-groups --';

const clock = new SystemClock({ trust: 'synced' });

function modelOf<T extends Device['transport']>(id: string, transport: T) {
  const device = catalogue.find((one) => one.id === id);
  if (device?.transport !== transport) throw new Error(`${id} is no ${transport} device.`);
  return device as Extract<Device, { transport: T }>;
}

const canRun = canRunDebian(suite) && requires('socat', suite);

describe.skipIf(!canRun)(suite, () => {
  const packages = inject('packages');
  const air = testAir();
  const onAir = (id: string, address: string) => {
    const device = createVirtualDevice(modelOf(id, 'gatt'), { clock, serialNumber: '1', address });
    device.attach(air);
    return device;
  };
  const devices = {
    thermometer: onAir('generic-thermometer', thermometer),
    cuff: onAir('and-ua-651ble', cuff),
    scale: createVirtualDevice(modelOf('and-serial-scale', 'serial'), {
      clock,
      serialNumber: 'A1',
    }),
  };
  let pty: Pty;
  let home: InstalledHome;
  let bluez: FakeBluez;

  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'hemma-line-')), 'tty');
    pty = await attachPty(devices.scale, path, clock);
    home = new InstalledHome([`${realpathSync(path)}:${line}`]);
    await home.start(packages);
    const { machine, shared } = home;
    await beenOn(machine, 4_000);
    writeFileSync(join(shared, 'strict.conf'), strictRules);
    writeFileSync(join(shared, 'bluetooth.service'), bluetoothUnit);
    await machine.must(
      'cp /shared/strict.conf /etc/dbus-1/system.d/; cp /shared/bluetooth.service /etc/systemd/system/; ' +
        `systemctl daemon-reload; systemctl reload dbus; chown root:root ${line}; chmod 600 ${line}`,
    );
    const bus = machine.place('/run/dbus/system_bus_socket');
    bluez = new FakeBluez({ air, bus: `unix:path=${bus}` });
    bluez.setSecurity(cuff, bondedDevice(123_456));
    await bluez.start();
    await home.installAndStart(packages.older, settings);
  }, 300_000);
  afterAll(async () => {
    bluez.stop();
    await home.stop();
    await pty.close();
  });

  const patience = { timeout: patienceMs };
  const arrived = (): string[] =>
    home.cloud
      .journal()
      .map(({ text }) => (JSON.parse(text) as { device: { model: string } }).device.model);
  const doctor = async (): Promise<string> =>
    (await home.machine.run('hemma-gateway doctor --language en')).text;

  it('has BlueZ for its service, by a rule of its own, and for nobody else', async () => {
    devices.thermometer.record(takenWith('thermometer', 1));
    await expect.poll(arrived, patience).toEqual(['generic-thermometer']);
    expect(bluez.agents).toBe(1);
    const call =
      'dbus-send --system --print-reply --dest=org.bluez / ' +
      'org.freedesktop.DBus.ObjectManager.GetManagedObjects';
    expect((await home.asService(call)).code).toBe(0);
    const denied = await home.machine.run(`${stranger} ${call}`);
    expect(denied.code).not.toBe(0);
    expect(denied.text).toContain('org.freedesktop.DBus.Error.AccessDenied');
  });

  it('makes a bond: BlueZ reaches the agent of the service over the same bus', async () => {
    expect(await doctor()).toContain(`FAULT Bond: ${cuff} is not bonded.`);
    devices.cuff.record(takenWith('bp_monitor', 1));
    const pair = `hemma-gateway pair ${cuff} --passkey 123456 --settings ${settingsFile}`;
    const { code, text } = await home.asService(pair);
    expect(text).toContain('Paired.');
    expect(code).toBe(0);
    devices.cuff.wake();
    await expect.poll(arrived, patience).toEqual(['generic-thermometer', 'and-ua-651ble']);
    const said = await doctor();
    expect(said).toContain(`OK    Bond: ${cuff} is bonded.`);
    expect(said).toContain('OK    Bluetooth adapter: hci0 is there and on.');
    expect(said).toContain('OK    Radio helper: Ready.');
  });

  it('has a serial line that belongs to the group of such lines, and no other', async () => {
    expect(await doctor()).toContain(`FAULT Serial port: The gateway may not use ${line}.`);
    const open = `sh -c ': <${line}'`;
    expect((await home.asService(open)).text).toContain('Permission denied');
    await home.machine.must(`chgrp dialout ${line}; chmod 660 ${line}`);
    expect((await home.asService(open)).code).toBe(0);
    expect((await home.machine.run(`${stranger} ${open}`)).text).toContain('Permission denied');
    expect(await doctor()).toContain(`OK    Serial port: ${line} is there.`);
    const weighed = () => {
      devices.scale.record(takenWith('scale', 1));
      return arrived();
    };
    await expect.poll(weighed, { ...patience, interval: 2_000 }).toContain('and-serial-scale');
  });

  it('has the helper restart a bluetoothd that has ended, and reads on', async () => {
    bluez.stop();
    const started = (): Promise<string> => home.machine.must(`cat ${starts} 2>/dev/null || true`);
    await expect.poll(started, { ...patience, interval: 500 }).toBe('started');
    await bluez.start();
    devices.thermometer.record(takenWith('thermometer', 2));
    const read = (): number => arrived().filter((one) => one === 'generic-thermometer').length;
    await expect.poll(read, patience).toBe(2);
    const healed = (): Promise<string> => home.machine.must('hemma-gateway status');
    const step = /bluetooth_stopped\s+restart_bluetooth\s+cured/;
    await expect.poll(healed, { ...patience, interval: 1_000 }).toMatch(step);
    const written = await home.machine.must('journalctl --no-pager --identifier=hemma-helper');
    expect(written).toContain('restart-bluetooth: done');
  });

  it('has the helper to itself, which knows four verbs and when it is too soon', async () => {
    const denied = await home.machine.run(`${stranger} ${askHelper('restart-bluetooth')}`);
    expect(denied.text.trim()).toBe('helper_unavailable: EACCES');
    const asked = async (verb: string): Promise<string> =>
      (await home.asService(askHelper(verb))).text.trim();
    for (const verb of ['halt', 'reboot now', '../reboot', ';id', '$(reboot)', '', 'REBOOT'])
      expect(await asked(verb)).toBe('helper_refused: failed unknown-verb');
    await home.machine.must(`rm -f ${starts}`);
    await beenOn(home.machine, 9_000);
    expect(await asked('restart-bluetooth')).toBe('done');
    await beenOn(home.machine, 9_019);
    expect(await asked('restart-bluetooth')).toBe('helper_refused: failed too-soon');
    expect(await home.machine.must(`cat ${starts}`)).toBe('started');
    await beenOn(home.machine, 9_020);
    expect(await asked('restart-bluetooth')).toBe('done');
    // This machine has no adapter at all.
    expect(await asked('power-cycle-usb')).toBe('helper_refused: failed no-adapter');
    expect(await home.machine.must('systemctl is-system-running || true')).not.toBe('stopping');
  });

  it('has a helper that stays, however many knock at once', async () => {
    const flood = `for i in $(seq 50); do ${askHelper('halt')} & done; wait`;
    writeFileSync(join(home.shared, 'flood.sh'), flood);
    await home.asService('sh /shared/flood.sh');
    expect(await home.machine.must('systemctl is-active hemma-helper.socket')).toBe('active');
    const answer = async (): Promise<string> => (await home.asService(askHelper('halt'))).text;
    await expect.poll(answer, patience).toContain('failed unknown-verb');
  });
});
