import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { Units } from '../units/units.js';
import type { Message, NotificationKind } from './message.js';
import { addRecipient, gatherMs, maxRecipients, queue, removeRecipient } from './notifications.js';
import { maxAttempts, sendDue } from './sender.js';

const week = Array.from({ length: 7 }, () => []);
const unit = { hours: staffedHoursSchema.parse({ week }), responsible: null, substitute: null };

describe('notifications', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-notify-'));
  let database: Database;
  let clock: ManualClock;
  let sent: (Message & { readonly address: string })[];
  let failure: ErrorCode | null;
  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    clock = new ManualClock();
    sent = [];
    failure = null;
    const { db } = database;
    await new Units(db).add('lung', { ...unit, name: 'Lung', budgetMinutes: 60 }, 0);
    await addRecipient(db, 'lung', 'email', 'lung@example.org');
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const email = {
    send: (address: string, message: Message): Promise<void> => {
      if (failure !== null) return Promise.reject(new CodedError(failure));
      sent.push({ ...message, address });
      return Promise.resolve();
    },
  };
  const tell = (kind: NotificationKind = 'task-red', of = 'lung') =>
    database.db.transaction().execute((trx) => queue(trx, { unit: of, kind, at: clock.wall().ms }));
  const wait = async (ms: number) => {
    clock.jumpWall(ms);
    const log = createLog('test', 'silent');
    await sendDue({ db: database.db, clock, log, channels: { email }, link: 'http://x/' });
  };
  const left = () => database.db.selectFrom('notifications').select(['attempts', 'code']).execute();

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

  it('are told only when what they are about was committed', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await queue(trx, { unit: 'lung', kind: 'task-red', at: clock.wall().ms });
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await left()).toEqual([]);
  });

  it('come again with the same id after a failure, and are kept by a new process', async () => {
    failure = 'notify_unavailable';
    await tell();
    await wait(gatherMs);
    expect(await left()).toEqual([{ attempts: 1, code: 'notify_unavailable' }]);
    await database.close();
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    failure = null;
    await wait(3_600_000);
    expect(sent).toHaveLength(1);
  });

  it('are given up after a while, or at once when they are refused', async () => {
    failure = 'notify_unavailable';
    await tell();
    for (let i = 0; i < maxAttempts + 3; i += 1) await wait(3_600_000);
    expect(await left()).toEqual([{ attempts: maxAttempts, code: 'notify_unavailable' }]);
    failure = 'notify_refused';
    await tell('handover');
    await wait(gatherMs);
    expect(await left()).toContainEqual({ attempts: 1, code: 'notify_refused' });
    failure = null;
    await wait(3_600_000);
    expect(sent).toEqual([]);
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
    await expect(addRecipient(database.db, 'lung', channel, address)).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });

  it('have a limit to how many are told', async () => {
    for (let i = 1; i < maxRecipients; i += 1)
      await addRecipient(database.db, 'lung', 'email', `n${i}@example.org`);
    await expect(
      addRecipient(database.db, 'lung', 'email', 'one-more@example.org'),
    ).rejects.toMatchObject({ code: 'request_invalid' });
  });
});
