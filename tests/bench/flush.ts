import { BenchCloud } from './cloud.js';
import { Child } from './child.js';
import type { HomesDone, HomesOrder } from './children/homes.js';
import { count, megabytes, timed } from './figures.js';
import { cpuSecondsOf, memoryOf } from './proc.js';
import { homeOf } from './readings.js';
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
  /** Processor time for one reading, followers included. */
  readonly cpuMicroseconds: number;
  /** Highest resident memory, octets. */
  readonly memory: number;
}

export async function flush(bench: Bench, { homes, rowsPerHome }: Backlog): Promise<Flushed> {
  const cloud = await BenchCloud.create(bench.folder('cloud'));
  const numbers = Array.from({ length: homes }, (_, number) => number);
  const secrets = await cloud.enrol(numbers.map(homeOf));
  await cloud.start();
  const child = new Child('homes');
  try {
    bench.say(`filling ${count(homes)} outboxes with ${count(rowsPerHome)} readings each`);
    const order: HomesOrder = {
      folder: bench.folder('homes'),
      broker: cloud.broker,
      secrets,
      rowsPerHome,
      now: Date.now(),
    };
    await child.ask(order);
    return await run(cloud, child, homes * rowsPerHome);
  } finally {
    await child.stop();
    await cloud.stop();
  }
}

async function run(cloud: BenchCloud, child: Child, total: number): Promise<Flushed> {
  const before = [cloud.pid, child.pid].map(cpuSecondsOf);
  // The answer of children/homes.ts.
  const { seconds } = (await child.ask('go')) as HomesDone;
  const stored = cloud.journalRows();
  if (stored !== total) throw new Error(`${stored} of ${total} readings are in the journal.`);
  const { seconds: followersBehindSeconds } = await timed(() => cloud.untilFollowed(total));
  const cost = (pid: number, cpuBefore = 0): ProcessCost => ({
    cpuMicroseconds: ((cpuSecondsOf(pid) - cpuBefore) * 1e6) / total,
    memory: memoryOf(pid).highest,
  });
  return {
    readingsPerSecond: total / seconds,
    followersBehindSeconds,
    cloud: cost(cloud.pid, before[0]),
    homes: cost(child.pid, before[1]),
  };
}

/** The figures that say what the speed cost. */
export function costFigures(flushed: Flushed): readonly Figure[] {
  const { cloud, homes, followersBehindSeconds } = flushed;
  const cpu = ({ cpuMicroseconds }: ProcessCost): string => `${count(cpuMicroseconds)} µs`;
  return [
    {
      what: '  followers done, after the last receipt',
      value: `${count(followersBehindSeconds)} s`,
    },
    { what: '  processor time of a reading, cloud', value: cpu(cloud) },
    { what: '  processor time of a reading, gateways', value: cpu(homes) },
    { what: '  highest memory, cloud', value: megabytes(cloud.memory) },
    { what: '  highest memory, all gateways (one process)', value: megabytes(homes.memory) },
  ];
}
