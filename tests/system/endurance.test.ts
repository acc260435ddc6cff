import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SmallCloud, smallCloudSecret } from '../../tooling/testkit/small-cloud.js';
import { canMountSmallDisk, smallDisk } from '../../tooling/testkit/small-disk.js';
import { homeOf } from '../bench/readings.js';
import { EnduringHome } from '../support/enduring-home.js';
import type { DayDone, DayOrder } from '../support/enduring-home.js';

/**
 * What months do to a gateway: written octets, memory, a long time without network. Days go by at once,
 * but each with every look, commit, checkpoint, status and housekeeping of its own.
 */

/** A home with a plan that asks for a lot. */
const ordinaryDay: DayOrder = { readings: 20, oximeterHours: 0, online: true };
/** Ten times that, and an oximeter that sends a value every second of the night. */
const fullDay: DayOrder = { readings: 200, oximeterHours: 8, online: false };
/** A finger slips out every two hours, and each time it is in gives one reading. */
const readingsOfFullDay = 204;
const defaultMaxRows = 100_000;
const mebi = 1_048_576;

async function cloudFor(): Promise<SmallCloud> {
  const cloud = new SmallCloud(homeOf(0).gateway);
  // Days go by too fast for a clock to be taught.
  cloud.receipt = { at: 0 };
  await cloud.start();
  onTestFinished(() => cloud.stop());
  return cloud;
}

function folderOnDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-endurance-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function aHome(): EnduringHome {
  const home = new EnduringHome();
  onTestFinished(() => home.stop());
  return home;
}

async function live(home: EnduringHome, order: DayOrder, days: number): Promise<DayDone[]> {
  const done: DayDone[] = [];
  for (let day = 0; day < days; day += 1) done.push(await home.day(order));
  return done;
}

/** Least squares: how much a value grows in a day. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, _, day) => sum + (day - middle) ** 2, 0);
  return values.reduce((sum, value, day) => sum + (day - middle) * (value - mean), 0) / squares;
}

const say = (text: string): unknown => process.stdout.write(`${text}\n`);
const inMb = (octets: number): string => (octets / 1e6).toFixed(2);

describe('an ordinary month', () => {
  /** V8 compiles and learns for weeks of such days: its heap grows ever less, 6 % in 150 days. */
  const warmUpDays = 30;
  const days = 30;
  const maxDiskOctetsPerDay = 5_000_000;
  /** Octets a day; a reading that leaves a kilobyte behind would be 20 KiB a day, and 7 MiB a year. */
  const maxHeapGrowth = 16_384;
  /** The resident size moves with the allocator too: 3 % of it in a month. */
  const maxResidentGrowth = 131_072;

  it('writes at most 5 MB a day to the disk, and its memory does not grow', async () => {
    const cloud = await cloudFor();
    const home = aHome();
    await home.begin({
      ...{ folder: folderOnDisk(), broker: cloud.url, secret: smallCloudSecret },
      maxRows: defaultMaxRows,
    });
    const warm = (await live(home, ordinaryDay, warmUpDays)).at(-1)!;
    const month = await live(home, ordinaryDay, days);
    const last = month.at(-1)!;

    const perDay = (last.diskOctets - warm.diskOctets) / days;
    const perDayInFiles = (last.fileOctets - warm.fileOctets) / days;
    say(`a day of 20 readings: ${inMb(perDay)} MB to the disk, ${inMb(perDayInFiles)} MB to files`);
    expect(last.waiting).toBe(0);
    expect(last.rows).toBe((warmUpDays + days) * ordinaryDay.readings);
    expect(perDay).toBeGreaterThan(100_000);
    expect(perDay).toBeLessThanOrEqual(maxDiskOctetsPerDay);

    const heap = slope(month.map(({ heapOctets }) => heapOctets));
    const resident = slope(month.map(({ residentOctets }) => residentOctets));
    say(`a month: heap ${Math.round(heap)} and resident ${Math.round(resident)} octets more a day`);
    expect(heap).toBeLessThan(maxHeapGrowth);
    expect(resident).toBeLessThan(maxResidentGrowth);
  });
});

describe.skipIf(!canMountSmallDisk('months without network'))('months without network', () => {
  const diskKib = 64 * 1_024;

  async function stay(maxRows: number, days: number) {
    const cloud = await cloudFor();
    const home = aHome();
    const folder = smallDisk(diskKib);
    await home.begin({ folder, broker: cloud.url, secret: smallCloudSecret, maxRows });
    const done = (await live(home, fullDay, days)).at(-1)!;
    return { cloud, home, done };
  }
  const absentIn = (cloud: SmallCloud): number =>
    [...cloud.stored.values()].flat().filter((text) => text.startsWith('{"absent"')).length;

  it('keeps every reading of 90 full days, and hands all of them on', async () => {
    const rows = 90 * readingsOfFullDay;
    const { cloud, home, done } = await stay(defaultMaxRows, 90);
    const size = (done.outboxOctets / mebi).toFixed(1);
    const written = inMb(done.fileOctets / 90);
    say(`90 full days: ${done.waiting} readings, ${size} MiB, ${written} MB to files a day`);
    // In memory nothing is given to a disk: proc(5) counts pages of file systems that have one.
    expect(done.diskOctets).toBeLessThan(mebi);
    expect(done).toMatchObject({ waiting: rows, problems: [] });
    expect(done.outboxOctets).toBeLessThan(diskKib * 1_024);

    expect(await home.flush()).toMatchObject({ waiting: 0, problems: [] });
    expect([...cloud.stored.values()].flat()).toHaveLength(rows);
    expect(absentIn(cloud)).toBe(0);
  });

  it('says loudly that it is full, and tells the cloud of each reading that had to go', async () => {
    const maxRows = 2_000;
    const rows = 30 * readingsOfFullDay;
    const { cloud, home, done } = await stay(maxRows, 30);
    expect(done).toMatchObject({ waiting: rows, problems: ['outbox_full'] });

    expect(await home.flush()).toMatchObject({ waiting: 0, problems: [] });
    const said = cloud.statuses.flatMap(({ problems = [] }) => problems);
    expect(said).toContain('outbox_full');
    expect([...cloud.stored.values()].flat()).toHaveLength(rows);
    expect(absentIn(cloud)).toBe(rows - maxRows);
  });
});
