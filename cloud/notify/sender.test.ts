import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { People } from '../people/people.js';
import { Units } from '../units/units.js';
import type { Message, NotificationKind } from './message.js';
import {
  addRecipient,
  deliveriesOf,
  gatherMs,
  maxRecipients,
  queue,
  removeRecipient,
} from './notifications.js';
import { maxAgeMs, sendDue } from './sender.js';
import type { Channels } from './sender.js';

const never = new AbortController().signal;
const week = Array.from({ length: 7 }, () => []);
const unit = { hours: staffedHoursSchema.parse({ week }), responsible: null, substitute: null };

const folder = mkdtempSync(join(tmpdir(), 'hemma-notify-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function notificationsOn(name: string, fresh: () => Promise<string>): void {
  describe(`notifications on ${name}`, () => {
    let setting: { readonly database: string; readonly dataDir: string };
    let database: Database;
    let clock: ManualClock;
    let sent: (Message & { readonly address: string })[];
    let failure: ErrorCode | null;
    /** `lost`: the message arrives, and nobody hears of it. */
    let answer: 'taken' | 'lost';
    beforeEach(async () => {
      setting = { database: await fresh(), dataDir: mkdtempSync(join(folder, 'db-')) };
      database = await openDatabase(setting);
      clock = new ManualClock();
      sent = [];
      failure = null;
      answer = 'taken';
      const { db } = database;
      await new Units(db).add('lung', { ...unit, name: 'Lung', budgetMinutes: 60 }, 0);
      await addRecipient(db, 'lung', { channel: 'email', address: 'lung@example.org' });
    });
    afterEach(() => database.close());

    const email = {
      send: (address: string, message: Message): Promise<void> => {
        if (failure !== null) return Promise.reject(new CodedError(failure));
        sent.push({ ...message, address });
        return answer === 'taken'
          ? Promise.resolve()
          : Promise.reject(new CodedError('notify_unavailable'));
      },
    };
    const tell = (kind: NotificationKind = 'task-red', of = 'lung') =>
      database.db
        .transaction()
        .execute((trx) => queue(trx, { unit: of, kind, at: clock.wall().ms }));
    const tellOf = (patient: string) =>
      database.db
        .transaction()
        .execute((trx) =>
          queue(trx, { unit: 'lung', kind: 'task-red', at: clock.wall().ms, patient }),
        );
    const wait = async (ms: number, channels: Channels = { email }) => {
      clock.jumpWall(ms);
      const log = createLog('test', 'silent');
      await sendDue({ db: database.db, clock, log, channels, link: 'http://x/' }, never);
    };
    const waiting = async () =>
      (
        await database.db
          .selectFrom('notifications')
          .select('id')
          .where('next_at', 'is not', null)
          .execute()
      ).length;
    const left = () =>
      database.db.selectFrom('notifications').select(['attempts', 'code']).execute();

    it('gather what comes together into one message of a kind', async () => {
      for (let i = 0; i < 3; i += 1) await tell();
      await tell('task-overdue');
      await wait(gatherMs - 1);
      expect(sent).toEqual([]);
      await wait(1);
      expect(sent.map((it) => [it.kind, it.count, it.address]).toSorted()).toEqual([
        ['task-overdue', 1, 'lung@example.org'],
        ['task-red', 3, 'lung@example.org'],
      ]);
      await wait(gatherMs);
      expect(sent).toHaveLength(2);
      expect(await left()).toEqual([]);
    });

    it('of test persons are counted by themselves, and say so', async () => {
      const people = new People(database.db);
      const test = await people.add({ displayName: 'Test', isTest: true }, 0);
      const patient = await people.add({ displayName: 'Patient' }, 0);
      for (const ref of [test, patient, test]) await tellOf(ref);
      await wait(gatherMs);
      const told = sent.map((it) => [it.isTest, it.count, it.subject] as const);
      expect(told.toSorted((a, b) => a[1] - b[1])).toEqual([
        [false, 1, 'Hemma: En ny röd uppgift väntar.'],
        [true, 2, 'Hemma: TEST, gäller bara testpersoner. 2 nya röda uppgifter väntar.'],
      ]);
    });

    it('are told only when what they are about was committed', async () => {
      const failing = database.db.transaction().execute(async (trx) => {
        await queue(trx, { unit: 'lung', kind: 'task-red', at: clock.wall().ms });
        throw new Error('undone');
      });
      await expect(failing).rejects.toThrow('undone');
      expect(await left()).toEqual([]);
    });

    it('say the same under the same id after a lost answer, and what came meanwhile under another', async () => {
      await tell();
      await tell();
      answer = 'lost';
      await wait(gatherMs);
      await tell();
      answer = 'taken';
      await wait(gatherMs);
      await wait(gatherMs);
      const [first, again, next] = sent;
      expect(again).toEqual(first);
      expect(first).toMatchObject({ count: 2 });
      expect(next).toMatchObject({ count: 1 });
      expect(next!.id).not.toBe(first!.id);
      expect(sent).toHaveLength(3);
    });

    it('lose nothing in an outage with a task a minute, however long the first has failed', async () => {
      failure = 'notify_unavailable';
      const minutes = 24 * 60;
      for (let i = 0; i < minutes; i += 1) {
        await tell();
        await wait(60_000);
      }
      failure = null;
      for (let i = 0; i < 3; i += 1) await wait(3_600_000);
      expect(sent.reduce((sum, it) => sum + it.count, 0)).toBe(minutes);
      expect(new Set(sent.map((it) => it.id)).size).toBe(sent.length);
      expect(await left()).toEqual([]);
    });

    it('are kept by a new process', async () => {
      failure = 'notify_unavailable';
      await tell();
      await wait(gatherMs);
      expect(await left()).toEqual([{ attempts: 1, code: 'notify_unavailable' }]);
      await database.close();
      database = await openDatabase(setting);
      failure = null;
      await wait(3_600_000);
      expect(sent).toHaveLength(1);
    });

    it('are given up by their own age, or at once when they are refused, and then go', async () => {
      failure = 'notify_unavailable';
      await tell();
      await wait(maxAgeMs - 1);
      expect(await waiting()).toBe(1);
      await wait(3_600_000);
      expect(await waiting()).toBe(0);
      failure = 'notify_refused';
      await tell('handover');
      await wait(gatherMs);
      expect(await left()).toContainEqual({ attempts: 1, code: 'notify_refused' });
      await wait(31 * 86_400_000);
      expect(await left()).toEqual([]);
      expect(sent).toEqual([]);
    });

    it('wait for a channel that nobody has set up yet', async () => {
      await tell();
      await wait(gatherMs, {});
      expect(await left()).toEqual([{ attempts: 1, code: 'notify_unavailable' }]);
      await wait(gatherMs);
      expect(sent).toHaveLength(1);
    });

    it('are counted as waiting or given up, with a code', async () => {
      const counted = () => deliveriesOf(database.db, 'lung');
      const email = { channel: 'email', address: 'lung@example.org', audience: 'clinic' };
      expect(await counted()).toEqual([{ ...email, waiting: 0, givenUp: 0, code: null }]);
      failure = 'notify_refused';
      await tell();
      await tell();
      await wait(gatherMs);
      await tell();
      expect(await counted()).toEqual([
        { ...email, waiting: 1, givenUp: 2, code: 'notify_refused' },
      ]);
    });

    it('are one message, however many were queued', async () => {
      await database.db.transaction().execute(async (trx) => {
        for (let i = 0; i < 2_000; i += 1)
          await queue(trx, { unit: 'lung', kind: 'task-red', at: clock.wall().ms });
      });
      await wait(gatherMs);
      expect(sent).toMatchObject([{ count: 2_000 }]);
    });

    it('reach nobody of another unit, and nobody who was taken away', async () => {
      await new Units(database.db).add('heart', { ...unit, name: 'Heart', budgetMinutes: 60 }, 0);
      await tell('task-red', 'heart');
      await tell();
      await removeRecipient(database.db, 'lung', 'lung@example.org');
      await wait(gatherMs);
      expect(sent).toEqual([]);
    });

    it.each([
      ['email', 'nobody'],
      ['email', 'a@b\nbcc: c@d.example'],
      ['webhook', 'ftp://example.org'],
      ['webhook', 'javascript:alert(1)'],
      ['log', 'somewhere'],
    ] as const)('refuse %s at %j', async (channel, address) => {
      await expect(addRecipient(database.db, 'lung', { channel, address })).rejects.toMatchObject({
        code: 'request_invalid',
      });
    });

    it('have a limit to how many are told', async () => {
      for (let i = 1; i < maxRecipients; i += 1)
        await addRecipient(database.db, 'lung', { channel: 'email', address: `n${i}@example.org` });
      await expect(
        addRecipient(database.db, 'lung', { channel: 'email', address: 'one-more@example.org' }),
      ).rejects.toMatchObject({ code: 'request_invalid' });
    });
  });
}

notificationsOn('SQLite', () => Promise.resolve('sqlite'));

describe.skipIf(!requires('postgres', 'notifications on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  notificationsOn('PostgreSQL', () => server.freshDatabase());
});
