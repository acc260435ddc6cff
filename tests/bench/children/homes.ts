import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Uplink } from '@hemma/gateway/uplink.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import type { LogLevel } from '@hemma/runtime/log.js';
import { homeOf, measurementsOf, rowOf } from '../readings.js';
import type { Home } from '../readings.js';

/**
 * A process with the outboxes and uplinks of some homes. It fills the outboxes, says that it is
 * ready, and when told to go sends everything until the last receipt has come.
 */

export interface HomesOrder {
  readonly folder: string;
  readonly broker: string;
  /** One home for each. */
  readonly secrets: readonly string[];
  readonly rowsPerHome: number;
  readonly now: number;
  /** At `info` each pause that the cloud asks for is a line. */
  readonly logLevel?: LogLevel;
}

export interface HomesDone {
  readonly seconds: number;
}

const rowsPerCommit = 1_000;
const pollMs = 5;

const clock = new SystemClock({ trust: 'synced' });

interface RunningHome {
  readonly outbox: Outbox;
  readonly uplink: Uplink;
}

function open(order: HomesOrder, home: Home, secret: string): RunningHome {
  const log = createLog('homes', order.logLevel ?? 'warn');
  const outbox = new Outbox({ file: join(order.folder, `${home.gateway}.sqlite`), clock, log });
  outbox.start();
  const report = () => ({ software: 'bench', waiting: outbox.waiting });
  const { gateway } = home;
  const uplink = new Uplink({ gateway, secret, broker: order.broker, outbox, clock, log, report });
  return { outbox, uplink };
}

function fill({ outbox }: RunningHome, home: Home, { rowsPerHome, now }: HomesOrder): void {
  const rows = Array.from(measurementsOf(home, rowsPerHome, now), rowOf);
  for (let from = 0; from < rows.length; from += rowsPerCommit)
    outbox.appendAll(rows.slice(from, from + rowsPerCommit));
}

function prepare(order: HomesOrder): readonly RunningHome[] {
  return order.secrets.map((secret, number) => {
    const home = homeOf(number);
    const running = open(order, home, secret);
    fill(running, home, order);
    return running;
  });
}

/** Connecting is part of it: that is what a region does when its network is back. */
async function send(homes: readonly RunningHome[]): Promise<HomesDone> {
  const from = performance.now();
  for (const { uplink } of homes) uplink.start();
  while (homes.some(({ outbox }) => outbox.waiting > 0)) await sleep(pollMs);
  return { seconds: (performance.now() - from) / 1_000 };
}

async function stop(homes: readonly RunningHome[]): Promise<void> {
  await Promise.all(homes.map(({ uplink }) => uplink.stop()));
  for (const { outbox } of homes) outbox.stop();
}

let homes: readonly RunningHome[] = [];

process.on('message', (message: HomesOrder | 'go' | 'stop') => {
  if (message === 'go') void send(homes).then((done) => process.send?.(done));
  else if (message === 'stop') void stop(homes).then(() => process.disconnect());
  else {
    homes = prepare(message);
    process.send?.('ready');
  }
});
