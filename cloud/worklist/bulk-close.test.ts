import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import { someMorning } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { Staff } from '../staff/staff.js';
import type { Actor } from '../staff/actor.js';
import { noPromises } from './due.js';
import { Worklist } from './worklist.js';

const now = someMorning;
const folder = mkdtempSync(join(tmpdir(), 'hemma-bulk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bulkCloseOn(name: string, fresh: () => Promise<string>): void {
  describe(`closing information on ${name}`, () => {
    let database: Database;
    let worklist: Worklist;
    let actor: Actor;
    beforeEach(async () => {
      const dataDir = mkdtempSync(join(folder, 'db-'));
      database = await openDatabase({ database: await fresh(), dataDir });
      worklist = new Worklist(database.db, noPromises);
      const staff = new Staff(database.db);
      const said = { displayName: 'Nurse', roles: ['clinician' as const], unit: null };
      actor = await staff.actor(await staff.add({ ...said, licensed: false }, now));
    });
    afterEach(() => database.close());

    const open = (ids: readonly string[]) =>
      database.db
        .insertInto('tasks')
        .values(
          ids.map((id) => ({
            ...{ id, kind: 'assess' as const, audience: 'clinic' as const, finding: null },
            ...{ patient: null, device: null, unit: null, severity: 'info' as const },
            ...{ state: 'open' as const, opened_at: now, due_at: null, escalated: 0 },
            ...{ escalates_at: null, acknowledged_at: null, assignee: null, resolved_at: null },
            ...{ reason: null, closed_at: null },
          })),
        )
        .execute();
    const close = (id: string): Promise<string> =>
      worklist.resolveGreen(id, 'nothing-needed', actor, now).then(
        () => 'done',
        (error: unknown) => (error instanceof CodedError ? error.code : 'unexpected'),
      );
    /** What rules do to a task: only one that nobody has dealt with becomes red. */
    const redden = async (id: string, holdMs: number): Promise<boolean> =>
      database.db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('tasks')
          .set({ severity: 'red' })
          .where('id', '=', id)
          .where('resolved_at', 'is', null)
          .executeTakeFirst();
        await setTimeout(holdMs);
        return numUpdatedRows === 1n;
      });

    it('waits for who writes, and looks at what it has become', async () => {
      await open(['one']);
      const reddened = redden('one', 300);
      await setTimeout(100);
      expect(await close('one')).toBe('not_allowed');
      expect(await reddened).toBe(true);
      const task = database.db.selectFrom('tasks').select(['severity', 'state', 'resolved_at']);
      expect(await task.execute()).toEqual([{ severity: 'red', state: 'open', resolved_at: null }]);
    });

    it('never closes what is red, however many write at once', async () => {
      const ids = Array.from({ length: 25 }, (_, i) => `t-${i}`);
      await open(ids);
      const outcomes = await Promise.all(
        ids.flatMap((id, i) => {
          const both = [() => close(id), () => redden(id, 0)];
          return (i % 2 === 0 ? both : both.toReversed()).map((it) => it());
        }),
      );
      expect(outcomes).not.toContain('unexpected');
      const tasks = await database.db.selectFrom('tasks').selectAll().execute();
      expect(tasks).toHaveLength(ids.length);
      // Each was either closed as information, or became red and waits.
      for (const { severity, state } of tasks)
        expect([severity, state]).toEqual(
          severity === 'red' ? ['red', 'open'] : ['info', 'closed'],
        );
    });
  });
}

bulkCloseOn('SQLite', () => Promise.resolve('sqlite'));

describe.skipIf(!requires('postgres', 'closing information on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  bulkCloseOn('PostgreSQL', () => server.freshDatabase());
});
