import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transaction } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { aMeasurement } from '../tooling/testkit/measurements.js';
import { openDatabase } from './database/database.js';
import type { Database } from './database/database.js';
import type { Tables } from './database/schema.js';
import { Following, resetPlace } from './follow.js';
import type { Follower, ProjectingFollower, TransactionalFollower } from './follow.js';
import type { JournalEntry } from './journal/journal.js';
import { SqlJournal } from './journal/sql-journal.js';

describe('following the journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-follow-'));
  const clock = new ManualClock();
  let database: Database;
  let journal: SqlJournal;
  let running: Following[];

  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    journal = new SqlJournal(database);
    running = [];
  });
  afterEach(async () => {
    for (const following of running) await following.stop();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const append = (count: number): Promise<void> =>
    journal.append([], () => ({
      receivedAt: 1,
      entries: Array.from({ length: count }, () => newEntry()),
      gaps: [],
      refusals: [],
      marks: [],
    }));
  const follow = (follower: Follower, source = journal): Following => {
    const log = createLog('test', 'silent');
    const following = new Following({
      ...{ follower, clock, log },
      journal: source,
      db: database.db,
    });
    running.push(following);
    following.start();
    return following;
  };
  const placeOf = async (name: string): Promise<number> =>
    (await database.db.selectFrom('places').selectAll().where('follower', '=', name).execute())[0]
      ?.position ?? 0;

  /** Remembers the positions it was given; does what `trouble` says first. */
  const projecting = (trouble: () => void = () => undefined) => {
    const seen: number[] = [];
    const follower: ProjectingFollower = {
      name: 'seen',
      mode: 'projecting',
      apply: (entries) => {
        trouble();
        seen.push(...entries.map((entry) => entry.position));
        return Promise.resolve();
      },
    };
    return { seen, follower };
  };

  /** Writes one row per entry into a table of this database. */
  const transactional = (trouble: () => void = () => undefined): TransactionalFollower => ({
    name: 'rows',
    mode: 'transactional',
    apply: async (entries, trx) => {
      for (const entry of entries) await insertRow(trx, entry);
      trouble();
    },
  });
  const rows = () => database.db.selectFrom('malformed').select('gateway').execute();

  it('applies what is there and what comes, in order and once', async () => {
    await append(3);
    const { seen, follower } = projecting();
    const following = follow(follower);
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3]));
    await append(2);
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4, 5]));
    await vi.waitFor(() => expect(following.behind).toBe(0));
    expect(await placeOf('seen')).toBe(5);
  });

  it('catches up with a long journal in steps', async () => {
    await append(2_500);
    const { seen, follower } = projecting();
    follow(follower);
    await vi.waitFor(() => expect(seen).toHaveLength(2_500));
    expect(seen).toEqual(seen.map((_, i) => i + 1));
  });

  it('goes on where it was after a restart', async () => {
    await append(3);
    const first = projecting();
    const following = follow(first.follower);
    await vi.waitFor(async () => expect(await placeOf('seen')).toBe(3));
    await following.stop();
    await append(2);
    const second = projecting();
    follow(second.follower);
    await vi.waitFor(() => expect(second.seen).toEqual([4, 5]));
  });

  it('tries again for as long as it fails, says how far behind it is, and leaves nothing out', async () => {
    await append(4);
    let failures = 3;
    const { seen, follower } = projecting(() => {
      if ((failures -= 1) >= 0) throw new Error('the store is away');
    });
    const following = follow(follower);
    await vi.waitFor(() => expect(following.failing).toBe(true));
    expect(following.behind).toBe(4);
    for (let i = 0; i < 10; i += 1) await clock.advance(10_000);
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(following.failing).toBe(false);
  });

  it('commits the rows of a follower together with its place, or neither', async () => {
    await append(3);
    let failures = 2;
    follow(
      transactional(() => {
        if ((failures -= 1) >= 0) throw new Error('killed in the middle');
      }),
    );
    for (let i = 0; i < 10; i += 1) await clock.advance(10_000);
    await vi.waitFor(async () => expect(await placeOf('rows')).toBe(3));
    expect(await rows()).toHaveLength(3);
  });

  it('lets two processes run the same follower, and applies everything once', async () => {
    await append(1_700);
    follow(transactional());
    follow(transactional());
    await append(300);
    await vi.waitFor(async () => expect(await placeOf('rows')).toBe(2_000), 10_000);
    expect(await rows()).toHaveLength(2_000);
  });

  it('tells of a batch only when it is committed', async () => {
    const told: number[] = [];
    let failing = true;
    follow({
      ...transactional(() => {
        if (failing) throw new Error('not yet');
      }),
      committed: (entries) => told.push(...entries.map((entry) => entry.position)),
    });
    await append(2);
    await clock.advance(60_000);
    expect(told).toEqual([]);
    failing = false;
    await clock.advance(60_000);
    await vi.waitFor(() => expect(told).toEqual([1, 2]));
  });

  it('begins anew after its place was set back, also when that was in the middle of a batch', async () => {
    await append(3);
    const seen: number[] = [];
    let resets = 1;
    follow({
      name: 'seen',
      mode: 'projecting',
      apply: async (entries) => {
        seen.push(...entries.map((entry) => entry.position));
        if ((resets -= 1) >= 0) await resetPlace(database.db, 'seen');
      },
    });
    await vi.waitFor(async () => expect(await placeOf('seen')).toBe(3));
    expect(seen).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('finds what another process has appended', async () => {
    const { seen, follower } = projecting();
    follow(follower, new SqlJournal(database));
    await clock.advance(10);
    await append(2);
    await clock.advance(5_000);
    await vi.waitFor(() => expect(seen).toEqual([1, 2]));
  });

  it('looks at what is due although the journal goes on and on', async () => {
    await append(21_001);
    const done: string[] = [];
    const follower: TransactionalFollower = {
      name: 'due',
      mode: 'transactional',
      apply: () => {
        done.push('step');
        return Promise.resolve();
      },
      isDue: () => Promise.resolve(!done.includes('look')),
      wake: (_, position) => {
        done.push('look');
        expect(position).toBe(20_000);
        return Promise.resolve(() => undefined);
      },
    };
    const log = createLog('test', 'silent');
    await new Following({ ...{ follower, journal, clock, log }, db: database.db }).catchUp();
    expect(done.indexOf('look')).toBe(20);
    expect(done.filter((it) => it === 'step')).toHaveLength(22);
  });

  it('catches up and ends when that is all that is wanted, and says when it cannot', async () => {
    await append(5);
    const { seen, follower } = projecting();
    const parts = { journal, clock, db: database.db, log: createLog('test', 'silent') };
    await new Following({ follower, ...parts }).catchUp();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const failing = projecting(() => {
      throw new Error('the store is away');
    });
    const other = { ...failing.follower, name: 'other' };
    await expect(new Following({ follower: other, ...parts }).catchUp()).rejects.toThrow('away');
  });
});

let made = 0;

function newEntry() {
  const measurement = aMeasurement();
  return {
    gateway: 'gw-one',
    ledger: 'a'.repeat(32),
    seq: (made += 1),
    id: measurement.id,
    patient: measurement.patient,
    kind: measurement.kind,
    measuredAt: measurement.time.measuredAt,
    text: JSON.stringify(measurement),
  };
}

async function insertRow(trx: Transaction<Tables>, entry: JournalEntry): Promise<void> {
  const code = 'internal' as const;
  await trx
    .insertInto('malformed')
    .values({ gateway: entry.id, code, count: 1, first_at: 0, last_at: 0, sample: '' })
    .execute();
}
