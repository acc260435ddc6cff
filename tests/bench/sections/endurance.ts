import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SmallCloud, smallCloudSecret } from '../../../tooling/testkit/small-cloud.js';
import { Child } from '../child.js';
import type { Beginning, DayDone, DayOrder } from '../children/endurance.js';
import { count, mebibytes, perSecond, timed } from '../figures.js';
import { homeOf } from '../readings.js';
import type { Bench, Figure, Section } from '../section.js';

/**
 * What a reading costs the card and the memory of a home, beside what can be had for less: a plain file,
 * and a backlog beside readings that come one by one. `tests/system/endurance.test.ts` holds the budget.
 */

/** A home with a plan that asks for a lot, long enough for checkpoints and housekeeping. */
const ordinaryDay: DayOrder = { readings: 20, oximeterHours: 0, online: true };
const ordinaryDays = 10;
/** Taken without a network: nine months of ordinary days, one after the other. */
const backlogRows = 5_400;
const maxRows = 100_000;
/** What a memory card is given in a day at most, octets. */
const budget = 5_000_000;

export const endurance: Section = {
  name: 'endurance',
  title: `octets written for a reading at home, and a backlog of ${count(backlogRows)} beside live readings`,
  async run(bench) {
    const live = await withHome(bench, async (ask, cloud, began) => {
      const days = await written(ask, began);
      const lines = [...cloud.stored.values()].flat();
      return { days, plain: plainFile(bench, lines) / lines.length };
    });
    bench.say('a backlog comes together');
    const backlogged = await withHome(bench, (ask, _, began) => backlog(ask, began, live.days));
    return [...writtenFigures(live.days, live.plain), ...backlogged];
  },
};

type Ask = (order: DayOrder | 'flush') => Promise<DayDone>;

/** A new home in a process of its own, with nothing in its outbox, and a cloud that only gives receipts. */
async function withHome<T>(
  bench: Bench,
  work: (ask: Ask, cloud: SmallCloud, began: DayDone) => Promise<T>,
): Promise<T> {
  const cloud = new SmallCloud(homeOf(0).gateway);
  // Days go by too fast for a clock to be taught.
  cloud.receipt = { at: 0 };
  await cloud.start();
  const child = new Child('endurance');
  // The answers of children/endurance.ts.
  const ask = async (order: Beginning | DayOrder | 'flush'): Promise<DayDone> =>
    (await child.ask(order)) as DayDone;
  try {
    const folder = bench.folder('endurance');
    const at = { folder, broker: cloud.url, secret: smallCloudSecret, maxRows };
    return await work(ask, cloud, await ask(at));
  } finally {
    await child.stop();
    await cloud.stop();
  }
}

interface Written {
  /** Octets for one reading, given to the disk and written to files. */
  readonly disk: number;
  readonly files: number;
  /** Readings a second that come one by one, each with its receipt before the next. */
  readonly perSecond: number;
}

async function written(ask: Ask, before: DayDone): Promise<Written> {
  let after = before;
  for (let day = 0; day < ordinaryDays; day += 1) after = await ask(ordinaryDay);
  const readings = ordinaryDays * ordinaryDay.readings;
  return {
    disk: (after.diskOctets - before.diskOctets) / readings,
    files: (after.fileOctets - before.fileOctets) / readings,
    perSecond: (1_000 * readings) / after.receiptMs,
  };
}

/** Octets given to the disk for these lines, each synced: what no durable store can do without. */
function plainFile(bench: Bench, lines: readonly string[]): number {
  const file = openSync(join(bench.folder('plain'), 'readings.jsonl'), 'a');
  const before = diskOctets();
  for (const line of lines) {
    writeSync(file, `${line}\n`);
    fsyncSync(file);
  }
  closeSync(file);
  return diskOctets() - before;
}

function diskOctets(): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function writtenFigures({ disk, files }: Written, plain: number): readonly Figure[] {
  const aDay = disk * ordinaryDay.readings;
  return [
    {
      what: 'octets to the disk for a reading, receipt and upkeep included',
      value: count(disk),
      beside: `${count(disk / plain)} × a plain file, synced for each`,
    },
    {
      what: '  the same through write(2), as in a folder in memory',
      value: count(files),
      beside: `${count((100 * files) / disk)} % of what the disk gets`,
    },
    {
      what: `  a day of ${ordinaryDay.readings} readings`,
      value: mebibytes(aDay),
      beside: `${count((100 * aDay) / budget)} % of the budget`,
      aim: '≤ 5 MB',
    },
  ];
}

async function backlog(ask: Ask, began: DayDone, live: Written): Promise<readonly Figure[]> {
  const full = await ask({ readings: backlogRows, oximeterHours: 0, online: false });
  const flushed = await timed(() => ask('flush'));
  const rate = full.waiting / flushed.seconds;
  return [
    {
      what: 'a backlog handed on, outbox to receipt',
      value: perSecond(rate, 'readings'),
      beside: `${count(rate / live.perSecond)} × readings that come one by one`,
    },
    {
      what: `  resident memory of the home with ${count(full.waiting)} waiting`,
      value: mebibytes(full.residentOctets),
      beside: `${count(full.residentOctets / began.residentOctets)} × with none`,
    },
  ];
}
