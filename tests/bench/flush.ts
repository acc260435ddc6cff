import { BenchCloud } from './cloud.js';
import { Child } from './child.js';
import type { HomesDone, HomesOrder } from './children/homes.js';
import { count, mebibytes, timed } from './figures.js';
import { cpuSecondsOf, memoryOf } from './proc.js';
import { beginningOf, homeOf } from './readings.js';
import type { Bench, Figure } from './section.js';

/** Backlogs from outboxes to receipts, through the real cloud in a process of its own. */

export interface Backlog {
  readonly homes: number;
  readonly rowsPerHome: number;
}

export interface Flushed {
  readonly readingsPerSecond: number;
  /** How long the followers needed after the last receipt. */
  readonly followersBehindSeconds: number;
  readonly cloud: ProcessCost;
  readonly homes: ProcessCost;
}

interface ProcessCost {
  /** Processor time for one reading until its receipt, and with all that follows from it. */
  readonly receiptMicroseconds: number;
  readonly cpuMicroseconds: number;
  /** Highest resident memory, octets. */
  readonly memory: number;
}

export async function flush(bench: Bench, { homes, rowsPerHome }: Backlog): Promise<Flushed> {
  const cloud = await BenchCloud.create(bench.folder('cloud'));
  const numbers = Array.from({ length: homes }, (_, number) => number);
  const now = Date.now();
  const secrets = await cloud.enrol(numbers.map(homeOf), beginningOf(rowsPerHome, now));
  await cloud.start();
  const child = new Child('homes');
  try {
    bench.say(`filling ${count(homes)} outboxes with ${count(rowsPerHome)} readings each`);
    const order: HomesOrder = {
      folder: bench.folder('homes'),
      broker: cloud.broker,
      secrets,
      rowsPerHome,
      now,
    };
    await child.ask(order);
    return await run(cloud, child, homes * rowsPerHome);
  } finally {
    await child.stop();
    await cloud.stop();
  }
}

async function run(cloud: BenchCloud, child: Child, total: number): Promise<Flushed> {
  const cpu = (): number[] => [cloud.pid, child.pid].map(cpuSecondsOf);
  const before = cpu();
  // The answer of children/homes.ts.
  const { seconds } = (await child.ask('go')) as HomesDone;
  const atReceipt = cpu();
  const stored = cloud.journalRows();
  if (stored !== total) throw new Error(`${stored} of ${total} readings are in the journal.`);
  const { seconds: followersBehindSeconds } = await timed(() => cloud.untilFollowed(total));
  const atEnd = cpu();
  const microseconds = (until: readonly number[], i: number): number =>
    (((until[i] ?? 0) - (before[i] ?? 0)) * 1e6) / total;
  const costOf = (pid: number, i: number): ProcessCost => ({
    receiptMicroseconds: microseconds(atReceipt, i),
    cpuMicroseconds: microseconds(atEnd, i),
    memory: memoryOf(pid).highest,
  });
  return {
    readingsPerSecond: total / seconds,
    followersBehindSeconds,
    cloud: costOf(cloud.pid, 0),
    homes: costOf(child.pid, 1),
  };
}

/** The figures that say what the speed cost. */
export function costFigures(flushed: Flushed): readonly Figure[] {
  const { cloud, homes, followersBehindSeconds } = flushed;
  const followers = cloud.cpuMicroseconds - cloud.receiptMicroseconds;
  return [
    {
      what: '  followers done, after the last receipt',
      value: `${count(followersBehindSeconds)} s`,
    },
    {
      what: '  processor time of a reading, cloud',
      value: `${count(cloud.receiptMicroseconds)} µs`,
      beside: `and ${count(followers)} µs after the last receipt`,
    },
    {
      what: '  processor time of a reading, gateways',
      value: `${count(homes.cpuMicroseconds)} µs`,
    },
    { what: '  highest memory, cloud', value: mebibytes(cloud.memory) },
    { what: '  highest memory, all gateways (one process)', value: mebibytes(homes.memory) },
  ];
}
