import { InfluxDB } from 'influx';
import type { IPoint } from 'influx';
import { openDatabase } from '@hemma/cloud/database/database.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { Following } from '@hemma/cloud/follow.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { TrendsFollower } from '@hemma/cloud/trends/follower.js';
import { influxSchema, toInfluxPoints } from '@hemma/cloud/trends/influx-points.js';
import { InfluxTrends } from '@hemma/cloud/trends/influx.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { startInfluxd } from '../../../tooling/testkit/influxd.js';
import { findProgram } from '../../../tooling/testkit/requires.js';
import { count, percentOf, perSecond, timed } from '../figures.js';
import { homeOf, measurementsOf } from '../readings.js';
import type { Bench, Section } from '../section.js';

/**
 * The same points into the same InfluxDB, each time into an empty database: by the bare client with
 * points that are ready, and by the follower from the journal.
 */

const readings = 40_000;
/** As many as a follower takes in one step, so that all requests have the same size. */
const readingsPerWrite = 1_000;

export const influx: Section = {
  name: 'influx',
  title: 'InfluxDB 1.x filled by its client alone, and by the follower from the journal',
  async run(bench) {
    if (findProgram('influxd') === null)
      return [{ what: 'InfluxDB', value: 'left out', beside: 'influxd is not installed' }];
    const measurements = [...measurementsOf(homeOf(0), readings, Date.now())];
    const points = measurements.flatMap(toInfluxPoints).length / readings;
    const server = await startInfluxd();
    try {
      bench.say('the client alone');
      const bare = await bareRate(server.url, measurements);
      bench.say('the follower');
      const followed = await followerRate(bench, server.url, measurements);
      return [
        {
          what: `influx client alone, ${count(readings)} readings of ${points} points`,
          value: perSecond(bare, 'readings'),
          beside: perSecond(bare * points, 'points'),
        },
        {
          what: 'trends follower, from the journal',
          value: perSecond(followed, 'readings'),
          beside: percentOf(followed, bare, 'the client alone'),
        },
      ];
    } finally {
      await server.stop();
    }
  },
};

function inBatches<T>(items: readonly T[]): readonly (readonly T[])[] {
  const batches = Math.ceil(items.length / readingsPerWrite);
  return Array.from({ length: batches }, (_, i) =>
    items.slice(i * readingsPerWrite, (i + 1) * readingsPerWrite),
  );
}

/** Readings a second. */
async function bareRate(url: string, measurements: readonly Measurement[]): Promise<number> {
  const { hostname: host, port } = new URL(url);
  const database = 'bare';
  const schema = influxSchema(database);
  const client = new InfluxDB({ host, port: Number(port), database, schema });
  await client.createDatabase(database);
  const batches: IPoint[][] = inBatches(measurements).map((batch) => batch.flatMap(toInfluxPoints));
  const { seconds } = await timed(async () => {
    for (const batch of batches) await client.writePoints(batch, { precision: 'n' });
  });
  return measurements.length / seconds;
}

async function followerRate(
  bench: Bench,
  url: string,
  measurements: readonly Measurement[],
): Promise<number> {
  const dataDir = bench.folder('influx');
  const database = await openDatabase({ database: 'sqlite', dataDir });
  const journal = await filledJournal(database, measurements);
  const { db } = database;
  const clock = new SystemClock({ trust: 'synced' });
  const log = createLog('bench', 'warn');
  const trends = new InfluxTrends({ url, database: 'followed' });
  const follower = new TrendsFollower({ trends, db, log, changed: () => undefined });
  const following = new Following({ follower, journal, db, clock, log });
  const { seconds } = await timed(() => following.catchUp());
  await database.close();
  return measurements.length / seconds;
}

async function filledJournal(
  database: Database,
  measurements: readonly Measurement[],
): Promise<SqlJournal> {
  const journal = new SqlJournal(database);
  const { gateway } = homeOf(0);
  const ledger = '0123456789abcdef'.repeat(2);
  let seq = 0;
  for (const batch of inBatches(measurements)) {
    const entries = batch.map((measurement) => ({
      ...{ gateway, ledger },
      seq: (seq += 1),
      id: measurement.id,
      patient: measurement.patient,
      kind: measurement.kind,
      measuredAt: measurement.time.measuredAt,
      text: JSON.stringify(measurement),
    }));
    await journal.append([], () => ({
      receivedAt: Date.now(),
      entries,
      gaps: [],
      refusals: [],
      marks: [],
    }));
  }
  return journal;
}
