import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { words } from '../../tooling/testkit/doctor.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { canMountSmallDisk, smallDisk } from '../../tooling/testkit/small-disk.js';
import { adapter } from './checks/adapter.js';
import { bond } from './checks/bond.js';
import { clock } from './checks/clock.js';
import { disk } from './checks/disk.js';
import { serial } from './checks/serial.js';
import { wear } from './checks/wear.js';

/** The faults of a gateway's own machine; sysfs and BlueZ's files are laid out as Linux has them. */

const address = 'AA:BB:CC:DD:EE:FF';
const radio = { devices: [{ model: 'generic-thermometer', address }], bluetooth: 'noble' };
const bonded = { devices: [{ model: 'and-ua-651ble', address }], bluetooth: 'bluez' };

/** A folder with these files. */
function laid(files: Readonly<Record<string, string>>): string {
  const folder = testFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  }
  return folder;
}

describe('the adapter', () => {
  const adapters = (): string => laid({ 'hci0/type': 'x' });
  const switches = (soft: string, hard: string): string =>
    laid({
      'rfkill0/type': 'wlan',
      'rfkill1/type': 'bluetooth',
      'rfkill1/soft': soft,
      'rfkill1/hard': hard,
    });

  it('is missing, blocked by the system, blocked by a switch, or there', async () => {
    const at = (soft: string, hard: string) =>
      words(adapter, {
        settings: radio,
        places: { adapters: adapters(), switches: switches(soft, hard) },
      });
    expect(await words(adapter, { settings: radio })).toEqual([
      'fault: There is no Bluetooth adapter.',
    ]);
    expect(await at('1', '0')).toEqual(['fault: Bluetooth is switched off in the system.']);
    expect(await at('0', '1')).toEqual(['fault: Bluetooth is switched off by a switch.']);
    expect(await at('0', '0')).toEqual(['ok: hci0 is there.']);
  });

  it('is not missed where no device has a radio', async () => {
    expect(await words(adapter)).toEqual(['ok: Bluetooth is not used.']);
  });
});

describe('a bond', () => {
  const kept = (text: string): string => laid({ [`00:00:00:00:00:01/${address}/info`]: text });

  it('is a key in the files of a BlueZ that does not answer', async () => {
    expect(await words(bond, { settings: radio })).toEqual(['ok: No device needs a bond.']);
    expect(await words(bond, { settings: bonded })).toEqual([`fault: ${address} is not bonded.`]);
    const at = (text: string) => words(bond, { settings: bonded, places: { bonds: kept(text) } });
    expect(await at('[General]\nName=UA-651')).toEqual([`fault: ${address} is not bonded.`]);
    expect(await at('[General]\nPaired=true\n[LongTermKey]\nKey=0')).toEqual([
      `ok: ${address} is bonded.`,
    ]);
  });
});

describe('the clock', () => {
  it('is set by network time, trusted as told, unconfirmed, or years off', async () => {
    const timeSynced = join(laid({ synchronized: '' }), 'synchronized');
    expect(await words(clock, { places: { timeSynced } })).toEqual(['ok: Set by network time.']);
    expect((await words(clock, { settings: { clock: 'trusted' } }))[0]).toMatch(
      /^ok: Taken as right/,
    );
    expect((await words(clock))[0]).toMatch(/^warning: No time server/);
    const start = new ManualClock();
    start.setReference(0);
    const at1970 = words(clock, { clock: start, places: { timeSynced } });
    expect(await at1970).toEqual(['fault: The clock shows the year 1970.']);
  });
});

describe('the storage', () => {
  const canMount = canMountSmallDisk('the storage of a gateway');

  it('is a folder that is not there', async () => {
    const dataDir = join(testFolder(), 'card', 'hemma');
    expect(await words(disk, { settings: { dataDir } })).toEqual([
      `fault: There is no folder ${dataDir}.`,
    ]);
  });

  it.skipIf(!canMount)('is full, scarce, sufficient, or read only', async () => {
    const folder = smallDisk(64 * 1_024);
    const at = (maxMiB: number) =>
      words(disk, { settings: { dataDir: folder, outbox: { maxMiB } } });
    expect(await at(16)).toEqual(['ok: 64 MiB are free.']);
    expect(await at(64)).toEqual(['warning: 64 MiB are free; a full outbox takes 109 MiB.']);
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(join(folder, 'ballast'), new Uint8Array(bavail * bsize));
    expect((await at(16))[0]).toMatch(/^fault: The storage is full \(0 MiB free\)/);
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    expect((await at(16))[0]).toMatch(/^fault: .* cannot be written to \(EROFS\)/);
  });
});

describe('the wear of the memory', () => {
  it('is told by the chip below the partition, and by most not at all', async () => {
    const dataDir = testFolder();
    const dev = statSync(dataDir).dev;
    const number = `${(dev >> 8) & 0xfff}:${dev & 0xff}`;
    const at = (life: string) => {
      const blockDevices = laid({
        'mmcblk0/device/life_time': life,
        'mmcblk0/mmcblk0p2/partition': '2',
      });
      symlinkSync(join(blockDevices, 'mmcblk0/mmcblk0p2'), join(blockDevices, number));
      return words(wear, { settings: { dataDir }, places: { blockDevices } });
    };
    expect(await words(wear, { settings: { dataDir } })).toEqual([
      'ok: The memory does not tell how worn it is (SD cards seldom do).',
    ]);
    expect(await at('0x01 0x03')).toEqual(['ok: The memory has used up to 30 % of its life.']);
    expect((await at('0x08 0x01'))[0]).toMatch(/^warning: .* 80 %/);
    expect((await at('0x01 0x0b'))[0]).toMatch(/^fault: .* 100 %/);
    expect((await at('unknown'))[0]).toMatch(/^ok: The memory does not tell/);
  });
});

describe('a serial line', () => {
  const line = (port: string) => ({
    devices: [{ model: 'and-serial-scale', port, serialNumber: 'A1' }],
  });
  const makeLine = (path: string): boolean =>
    spawnSync('mknod', [path, 'c', '188', '0']).status === 0;
  const trial = mkdtempSync(join(tmpdir(), 'hemma-line-'));
  const canMakeLines = makeLine(join(trial, 'line'));
  rmSync(trial, { recursive: true });

  it('is not plugged in, or is no line', async () => {
    const folder = laid({ file: '' });
    expect(await words(serial)).toEqual(['ok: No serial port is used.']);
    const [missing, file] = [join(folder, 'ttyUSB0'), join(folder, 'file')];
    expect(await words(serial, { settings: line(missing) })).toEqual([
      `fault: ${missing} is not there.`,
    ]);
    expect(await words(serial, { settings: line(file) })).toEqual([
      `fault: ${file} is no serial port.`,
    ]);
  });

  it.skipIf(!canMakeLines)('is open to the group of the gateway, or closed', async () => {
    const port = join(testFolder(), 'ttyUSB0');
    makeLine(port);
    chmodSync(port, 0o600);
    expect(await words(serial, { settings: line(port) })).toEqual([
      `fault: The gateway may not use ${port}.`,
    ]);
    chmodSync(port, 0o660);
    chownSync(port, 0, 4_242);
    const places = { groups: join(laid({ group: 'root:x:0:\ndialout:x:4242:' }), 'group') };
    const at = words(serial, { settings: line(port), places });
    expect(await at).toEqual([`ok: ${port} is there.`]);
  });
});
