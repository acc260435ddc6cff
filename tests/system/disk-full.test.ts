import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { canMountSmallDisk, smallDisk } from '../../tooling/testkit/small-disk.js';
import { journalled, Patient, sorted } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/** A full disk at home: nothing more is confirmed to devices, and nothing confirmed is lost. */

const suite = 'a full disk at home';
const diskKib = 8_192;
const gatewayId = 'gw-home';
const before = 15;
const meanwhile = 300;
const patienceMs = 90_000;

/** Takes all the room that is left on the disk that holds the folder; gives the file that does. */
function fill(folder: string): string {
  const ballast = join(folder, 'ballast');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(ballast, new Uint8Array(bavail * bsize));
  return ballast;
}

describe.skipIf(!canMountSmallDisk(suite))(suite, () => {
  it('is told, keeps readings in the device, and loses nothing once there is room', async () => {
    const disk = smallDisk(diskKib);
    const system = new TestSystem();
    const { cloud, radio } = system;
    const meter = radio.place('generic-glucose-meter');
    const cuff = radio.place('generic-blood-pressure', { sends: 'all' });
    await system.start();
    const gateway = await system.gateway(gatewayId, { dataDir: join(disk, 'gateway') });
    const patient = new Patient();
    const measure = (times: number): void => {
      for (let i = 0; i < times; i += 1)
        for (const device of [meter, cuff]) patient.measure(device);
    };
    const press = setInterval(() => radio.wake(), 1_000);
    try {
      measure(before);
      await gateway.daemon.start();
      await expect.poll(() => cloud.journalCount(), { timeout: patienceMs }).toBe(2 * before);

      const ballast = fill(disk);
      measure(meanwhile);
      await expect
        .poll(() => cloud.gateway(gatewayId), { timeout: patienceMs, interval: 1_000 })
        .toMatchObject({ state: 'online', problems: ['disk_full'] });
      const heldBack = patient.recorded.length - gateway.rows();
      expect(heldBack).toBeGreaterThan(meanwhile);
      await sleep(3_000);
      expect(gateway.daemon.running).toBe(true);
      expect(meter.virtual.store.all()).toHaveLength(before + meanwhile);

      rmSync(ballast);
      await expect
        .poll(() => cloud.journalCount(), { timeout: patienceMs, interval: 500 })
        .toBe(patient.recorded.length);
      await expect
        .poll(() => cloud.gateway(gatewayId), { timeout: patienceMs, interval: 1_000 })
        .toMatchObject({ state: 'online', problems: [] });
    } finally {
      clearInterval(press);
    }
    expect(gateway.daemon.running).toBe(true);
    expect(await gateway.daemon.stop()).toBe(0);
    expect(sorted(journalled(cloud.journal()))).toEqual(sorted(patient.recorded));
    expect(await cloud.gaps(gatewayId)).toEqual([]);
    expect(new Set(cloud.marks().map(({ ledger }) => ledger)).size).toBe(1);
  });
});
