import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import type { HomesDone, HomesOrder } from '../bench/children/homes.js';
import { canMountSmallDisk, smallDisk } from '../../tooling/testkit/small-disk.js';
import { BenchCloud } from '../bench/cloud.js';
import { beginningOf, homeOf } from '../bench/readings.js';
import { Forked } from '../support/forked.js';

/**
 * A region's network comes back, and every home has a backlog. The cloud has less room for envelopes
 * than they send, so that it must ask for pauses; nobody is refused for good, and nothing is lost.
 */

const homes = 200;
/** Three envelopes each, all of them sent at once: 24 times what this cloud has room for. */
const rowsPerHome = 200;
const ingest = { envelopes: 25, perGateway: 8 };

const suite = 'a region that comes back';
/** With its log an outbox takes a megabyte. In memory: real homes do not share one disk. */
const homesKib = 400 * 1_024;

it.skipIf(!canMountSmallDisk(suite))('is slowed down, and brings every reading once', async () => {
  const cloudFolder = mkdtempSync(join(tmpdir(), 'hemma-fleet-'));
  onTestFinished(() => rmSync(cloudFolder, { recursive: true, force: true }));
  const homesFolder = smallDisk(homesKib);
  const cloud = await BenchCloud.create(cloudFolder, { ingest });
  const now = Date.now();
  const numbers = Array.from({ length: homes }, (_, number) => number);
  const secrets = await cloud.enrol(numbers.map(homeOf), beginningOf(rowsPerHome, now));
  await cloud.start();
  onTestFinished(() => cloud.stop());
  const fleet = new Forked('homes');
  onTestFinished(() => fleet.stop());

  const { broker } = cloud;
  const who = { folder: homesFolder, broker, secrets };
  const order: HomesOrder = { ...who, rowsPerHome, now, logLevel: 'info' };
  await fleet.ask(order);
  const done = (await fleet.ask('go')) as HomesDone;

  const pauses = fleet.log.match(/the cloud asks for a pause/g)?.length ?? 0;
  process.stdout.write(
    `${homes} homes with ${rowsPerHome} readings: ${done.seconds.toFixed(1)} s, ${pauses} pauses\n`,
  );
  expect(pauses).toBeGreaterThan(0);
  expect(fleet.log).not.toContain('the cloud refused a row');
  const db = new Database(join(cloudFolder, 'cloud.sqlite'), { readonly: true });
  onTestFinished(() => void db.close());
  const perHome = db
    .prepare<[], { n: number; different: number }>(
      'select count(*) as n, count(distinct seq) as different from journal group by gateway',
    )
    .all();
  expect(perHome).toEqual(numbers.map(() => ({ n: rowsPerHome, different: rowsPerHome })));
});
