import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { createLog } from '@hemma/runtime/log.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { aMeasurement, journalEntries } from '../../tooling/testkit/measurements.js';
import { rebuildTrends, TrendsFollower } from './follower.js';
import { SqlTrends } from './sql.js';

const log = createLog('test', 'silent');

/** A store that refuses some records for ever, as InfluxDB does after a conflict of types. */
class PickyTrends extends SqlTrends {
  refused = new Set<string>();
  down = false;

  override async write(measurements: readonly Measurement[]): Promise<void> {
    if (this.down) throw new CodedError('trends_unavailable');
    if (measurements.some((m) => this.refused.has(m.id))) throw new CodedError('trends_refused');
    await super.write(measurements);
  }
}

describe('the follower of trends', () => {
  let dataDir: string;
  let database: Database;
  let trends: PickyTrends;
  let follower: TrendsFollower;
  let changed: string[];
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'hemma-trends-'));
    database = await openDatabase({ database: 'sqlite', dataDir });
    trends = new PickyTrends(database.db);
    changed = [];
    const tell = (patients: readonly string[]): unknown => changed.push(...patients);
    follower = new TrendsFollower({ trends, db: database.db, log, changed: tell });
  });
  afterEach(async () => {
    await database.close();
    rmSync(dataDir, { recursive: true });
  });

  const resets = async (): Promise<number> => {
    const place = await database.db.selectFrom('places').select('resets').executeTakeFirst();
    return place?.resets ?? 0;
  };

  it('gives the same result when the same entries are applied again', async () => {
    const entries = journalEntries([aMeasurement(), aMeasurement({ failure: 'aborted' })]);
    await follower.apply(entries);
    await follower.apply(entries);
    expect(await trends.count()).toBe(3);
  });

  it('tells whose points came, each once, and only when they are there', async () => {
    trends.down = true;
    await expect(follower.apply(journalEntries([aMeasurement()]))).rejects.toThrow();
    expect(changed).toEqual([]);
    trends.down = false;
    await follower.apply(journalEntries([aMeasurement(), aMeasurement()]));
    expect(changed).toEqual(['p-00000001']);
  });

  it('passes over what the store refuses for ever, and nothing else', async () => {
    const entries = journalEntries(Array.from({ length: 5 }, () => aMeasurement()));
    trends.refused.add(entries[1]!.id).add(entries[4]!.id);
    await follower.apply(entries);
    expect(await trends.count()).toBe(6);
  });

  it('passes nothing over while the store is down', async () => {
    trends.down = true;
    const apply = follower.apply(journalEntries([aMeasurement()]));
    await expect(apply).rejects.toMatchObject({ code: 'trends_unavailable' });
  });

  it('begins anew when the store has lost everything, at the start and after an outage', async () => {
    const [first, second, third] = journalEntries([aMeasurement(), aMeasurement(), aMeasurement()]);
    await follower.apply([first!]);
    await trends.clear();
    await follower.apply([second!]);
    expect(await resets()).toBe(0);
    trends.down = true;
    await expect(follower.apply([third!])).rejects.toThrow();
    trends.down = false;
    await trends.clear();
    await follower.apply([third!]);
    expect([await resets(), await trends.count()]).toEqual([1, 0]);
    await follower.apply([first!, second!, third!]);
    expect([await resets(), await trends.count()]).toEqual([1, 6]);
  });

  it('is rebuilt by emptying the store and going back', async () => {
    await follower.apply(journalEntries([aMeasurement()]));
    await rebuildTrends(trends, database.db);
    expect([await resets(), await trends.count()]).toEqual([1, 0]);
  });
});
