import { setTimeout as sleep } from 'node:timers/promises';
import { BenchCloud } from '../cloud.js';
import { count, median, mebibytes, quantile } from '../figures.js';
import { BenchHome } from '../home.js';
import { memoryOf } from '../proc.js';
import { homeOf } from '../readings.js';
import type { Bench, Figure, Section } from '../section.js';

/**
 * One reading at a time through the whole system: virtual radio, noble, gateway, MQTT, cloud. A row
 * counts as stored when another process sees it in the journal's file: SQLite shows a transaction to
 * readers after its sync, so this is the moment of durability, up to the time between two looks.
 */

const singleReadings = 200;
/** Longer than a reading takes, so that nothing is in the way of the next one. */
const betweenMs = 150;
const lookMs = 1;
const firstReadingDeadlineMs = 60_000;

export const home: Section = {
  name: 'home',
  title: 'one home: from the indication on the radio to the row in the journal; memory',
  async run(bench) {
    const cloud = await BenchCloud.create(bench.folder('cloud'));
    const place = homeOf(0);
    const [secret = ''] = await cloud.enrol([place], Date.now());
    await cloud.start();
    const folder = bench.folder('home');
    const running = new BenchHome({ home: place, secret, broker: cloud.broker, folder });
    await running.start();
    try {
      return await measure(bench, running, cloud);
    } finally {
      await running.stop();
      await cloud.stop();
    }
  },
};

async function measure(bench: Bench, running: BenchHome, cloud: BenchCloud): Promise<Figure[]> {
  const firstMs = await oneReading(running, cloud);
  bench.say(`${singleReadings} single readings`);
  const each: number[] = [];
  while (each.length < singleReadings) {
    await sleep(betweenMs);
    each.push(await oneReading(running, cloud));
  }
  bench.say('until the session ends');
  await running.untilSessionEnds();
  return [
    { what: 'found, connected, read and stored', value: milliseconds(firstMs) },
    {
      what: `indication to journal, ${singleReadings} readings, median`,
      value: milliseconds(median(each)),
    },
    { what: '  p99', value: milliseconds(quantile(each, 0.99)), aim: '< 100 ms' },
    {
      what: 'memory of the gateway after a session',
      value: mebibytes(memoryOf(running.gatewayPid).now),
      aim: '< 90 MiB',
    },
    { what: 'memory of the cloud, idle', value: mebibytes(memoryOf(cloud.pid).now) },
  ];
}

/** Milliseconds until the journal has one row more. */
async function oneReading(running: BenchHome, cloud: BenchCloud): Promise<number> {
  const before = cloud.journalRows();
  const from = performance.now();
  running.measure();
  while (cloud.journalRows() === before) {
    if (performance.now() - from > firstReadingDeadlineMs)
      throw new Error('No reading was stored.');
    await sleep(lookMs);
  }
  return performance.now() - from;
}

function milliseconds(value: number): string {
  return `${count(value)} ms`;
}
