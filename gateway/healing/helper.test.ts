import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { LogHelper, SocketHelper } from './helper.js';
import type { HelperVerb } from './helper.js';

const program = join(import.meta.dirname, '../helper/hemma-helper');
const clock = new SystemClock({ trust: 'synced' });

/** Listens at a socket; gives its path. */
async function listen(onSocket: (socket: Socket) => void): Promise<string> {
  const path = join(testFolder(), 'helper.sock');
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return path;
}

/**
 * The real program behind a real socket, as systemd serves it; in a sandbox where commands are only
 * written down and the kernel's files are ordinary ones.
 */
async function sandbox({ uptimeS = 4_000 } = {}) {
  const folder = testFolder();
  const place = (...parts: string[]): string => join(folder, ...parts);
  for (const path of ['bin', 'sys/class/bluetooth', 'sys/bus/usb/devices', 'proc'])
    mkdirSync(place(path), { recursive: true });
  const record = (name: string, body = ''): void => {
    const said = `echo "${name} $*" >>"${place('commands')}"`;
    writeFileSync(place('bin', name), `#!/bin/sh\n${said}\n${body}\n`);
    chmodSync(place('bin', name), 0o755);
  };
  const setUptime = (seconds: number): void =>
    writeFileSync(place('proc/uptime'), `${seconds}.42 1.00\n`);
  for (const name of ['systemctl', 'logger', 'sleep']) record(name);
  setUptime(uptimeS);
  const socket = await listen((connection) => {
    const env = {
      PATH: `${place('bin')}:/usr/bin:/bin`,
      HEMMA_HELPER_SYS: place('sys'),
      HEMMA_HELPER_PROC: place('proc'),
      HEMMA_HELPER_STATE: place('run'),
    };
    const child = spawn(program, { env });
    // The program may have ended before it has taken all that somebody sends.
    child.stdin.on('error', () => undefined);
    connection.pipe(child.stdin);
    child.stdout.pipe(connection);
  });
  const helper = new SocketHelper(socket, clock);
  return {
    ...{ place, record, setUptime, socket },
    perform: (verb: string) => helper.perform(verb as HelperVerb),
    commands: () =>
      existsSync(place('commands'))
        ? readFileSync(place('commands'), 'utf8')
            .trim()
            .split('\n')
            .filter((it) => !it.startsWith('logger'))
        : [],
  };
}

/** A Bluetooth dongle in the sandbox's `/sys`; gives the folder of its USB device. */
function dongle(place: (...parts: string[]) => string, adapter = true): string {
  const device = place('sys/devices/usb1/1-1');
  mkdirSync(join(device, '1-1:1.0'), { recursive: true });
  writeFileSync(join(device, 'idVendor'), '0a12\n');
  writeFileSync(join(device, 'bDeviceClass'), 'e0\n');
  writeFileSync(join(device, 'authorized'), '1\n');
  symlinkSync(device, place('sys/bus/usb/devices/1-1'));
  if (adapter) {
    mkdirSync(place('sys/class/bluetooth/hci0'));
    symlinkSync(join(device, '1-1:1.0'), place('sys/class/bluetooth/hci0/device'));
  }
  return device;
}

const refused = (reason: string) => ({ code: 'helper_refused', message: `failed ${reason}` });

describe('hemma-helper', () => {
  it('restarts the Bluetooth service, but not again at once', async () => {
    const { perform, commands, setUptime } = await sandbox();
    await perform('restart-bluetooth');
    expect(commands()).toEqual(['systemctl restart bluetooth.service']);
    await expect(perform('restart-bluetooth')).rejects.toMatchObject(refused('too-soon'));
    setUptime(4_020);
    await perform('restart-bluetooth');
    expect(commands()).toHaveLength(2);
  });

  it('switches the adapter off and on, but not under the hands of the Bluetooth service', async () => {
    const { perform, commands } = await sandbox();
    await expect(perform('reset-adapter')).rejects.toMatchObject(refused('service-runs'));
    const isActive = 'systemctl --quiet is-active bluetooth.service';
    expect(commands()).toEqual([isActive]);
    const other = await sandbox();
    other.record('systemctl', '[ "$2" != is-active ]');
    await other.perform('reset-adapter');
    expect(other.commands()).toEqual([isActive, 'systemctl restart hemma-adapter.service']);
    await expect(other.perform('reset-adapter')).rejects.toMatchObject(refused('too-soon'));
  });

  it('says when the adapter would not come up', async () => {
    const { perform, record } = await sandbox();
    record('systemctl', 'exit 1');
    await expect(perform('reset-adapter')).rejects.toMatchObject(refused('not-reset'));
  });

  it('says when the service would not start', async () => {
    const { perform, record } = await sandbox();
    record('systemctl', 'exit 1');
    await expect(perform('restart-bluetooth')).rejects.toMatchObject(refused('not-restarted'));
  });

  it('reboots, but never a machine that has just started', async () => {
    const { perform, commands, setUptime } = await sandbox({ uptimeS: 1_799 });
    await expect(perform('reboot')).rejects.toMatchObject(refused('too-soon'));
    expect(commands()).toEqual([]);
    setUptime(1_800);
    await perform('reboot');
    expect(commands()).toEqual(['systemctl --no-block reboot']);
  });

  it.each([true, false])('puts the dongle out and in; adapter seen: %s', async (adapter) => {
    const { perform, place, record } = await sandbox();
    const device = dongle(place, adapter);
    record('sleep', `cp "${join(device, 'authorized')}" "${place('meanwhile')}"`);
    await perform('power-cycle-usb');
    expect(readFileSync(place('meanwhile'), 'utf8')).toBe('0\n');
    expect(readFileSync(join(device, 'authorized'), 'utf8')).toBe('1\n');
  });

  it('cuts the power of the port where the kernel can', async () => {
    const { perform, place, record } = await sandbox();
    const device = dongle(place);
    mkdirSync(join(device, 'port'));
    writeFileSync(join(device, 'port/disable'), '0\n');
    record('sleep', `cp "${join(device, 'port/disable')}" "${place('meanwhile')}"`);
    await perform('power-cycle-usb');
    expect(readFileSync(place('meanwhile'), 'utf8')).toBe('1\n');
    expect(readFileSync(join(device, 'port/disable'), 'utf8')).toBe('0\n');
    expect(readFileSync(join(device, 'authorized'), 'utf8')).toBe('1\n');
  });

  it('takes the driver off and on where the adapter is on a serial line', async () => {
    const { perform, place } = await sandbox();
    const [device, driver] = [place('sys/devices/serial0-0'), place('sys/drivers/hci_uart_bcm')];
    for (const folder of [device, driver, place('sys/class/bluetooth/hci0')])
      mkdirSync(folder, { recursive: true });
    writeFileSync(join(driver, 'unbind'), '');
    symlinkSync(driver, join(device, 'driver'));
    symlinkSync(device, place('sys/class/bluetooth/hci0/device'));
    await perform('power-cycle-usb');
    expect(readFileSync(join(driver, 'unbind'), 'utf8')).toBe('serial0-0');
    expect(readFileSync(join(driver, 'bind'), 'utf8')).toBe('serial0-0');
  });

  it('says that there is no adapter', async () => {
    const { perform } = await sandbox();
    await expect(perform('power-cycle-usb')).rejects.toMatchObject(refused('no-adapter'));
  });

  it.each([
    'halt',
    'reboot now',
    'reboot; id',
    '$(reboot)',
    '../reboot',
    ' reboot',
    'REBOOT',
    'restart-bluetooth\0',
    '',
    '\n\nreboot',
    'x'.repeat(100_000),
  ])('knows no other verb: %j', async (verb) => {
    const { perform, commands } = await sandbox();
    await expect(perform(verb)).rejects.toMatchObject(refused('unknown-verb'));
    expect(commands()).toEqual([]);
  });
});

describe('asking the helper', () => {
  it('says that nobody is there', async () => {
    const helper = new SocketHelper(join(testFolder(), 'none.sock'), clock);
    await expect(helper.perform('reboot')).rejects.toMatchObject({ code: 'helper_unavailable' });
  });

  it('does not wait for ever, nor read without end', async () => {
    const manual = new ManualClock();
    const silent = new SocketHelper(await listen(() => undefined), manual);
    const asked = silent.perform('reboot');
    asked.catch(() => undefined);
    await manual.advance(45_000);
    await expect(asked).rejects.toMatchObject({ code: 'helper_unavailable' });
    const chatty = await listen((socket) => {
      socket.write('x'.repeat(10_000));
    });
    const helper = new SocketHelper(chatty, clock);
    await expect(helper.perform('reboot')).rejects.toMatchObject({ code: 'helper_unavailable' });
  });

  it('believes no answer but those that there are', async () => {
    const odd = new SocketHelper(await listen((socket) => socket.end('ok <b>\n')), clock);
    await expect(odd.perform('reboot')).rejects.toMatchObject({
      code: 'helper_refused',
      message: 'an answer that is none',
    });
  });

  it('only writes down what it would do where that is all that is wanted', async () => {
    const helper = new LogHelper(createLog('test', 'silent'));
    await expect(helper.perform('reboot')).rejects.toMatchObject({ code: 'helper_unavailable' });
  });
});
