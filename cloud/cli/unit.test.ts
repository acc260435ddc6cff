import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { runInProcess as run } from '../../tooling/testkit/command-line.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { openDatabase } from '../database/database.js';
import { gatherMs, queue } from '../notify/notifications.js';
import { sendDue } from '../notify/sender.js';

describe('hemma-cloud unit', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-unit-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const unit = (...args: string[]) => run('unit', ...args, '--settings', file, '--json');
  const refusal = async (...args: string[]): Promise<unknown> =>
    (JSON.parse((await unit(...args)).err) as { error: { code: string } }).error.code;
  const told = async (...args: string[]): Promise<unknown> =>
    (JSON.parse((await unit('tell', 'lung', ...args)).out) as { recipients: unknown }).recipients;

  /** Something happens, and the cloud tries to tell of it once. */
  async function happen(): Promise<void> {
    const database = await openDatabase({ database: 'sqlite', dataDir: folder });
    const { db } = database;
    const clock = new ManualClock();
    const at = clock.wall().ms;
    await db.transaction().execute((trx) => queue(trx, { unit: 'lung', kind: 'task-red', at }));
    clock.jumpWall(gatherMs);
    const log = createLog('test', 'silent');
    const { signal } = new AbortController();
    await sendDue({ db, clock, log, channels: {}, link: 'http://x/' }, signal);
    await database.close();
  }

  it('says who is told, and what could not be told and why', async () => {
    await unit('add', 'lung', '--name', 'Lung');
    const entry = { channel: 'email', address: 'lung@example.org', audience: 'clinic' };
    const none = { waiting: 0, givenUp: 0, code: null };
    expect(await told('--email', entry.address)).toEqual([{ ...entry, ...none }]);
    await happen();
    expect(await told()).toEqual([
      { ...entry, waiting: 1, givenUp: 0, code: 'notify_unavailable' },
    ]);
    expect(await told('--stop', entry.address)).toEqual([]);
  });

  it('refuses what is no address, no unit or no hours', async () => {
    await unit('add', 'lung', '--name', 'Lung');
    expect(await refusal('tell', 'lung', '--email', 'nobody')).toBe('request_invalid');
    expect(await refusal('tell', 'lung', '--stop', 'a@example.org')).toBe('not_found');
    expect(await refusal('tell', 'heart', '--log')).toBe('not_found');
    expect(await refusal('set', 'lung', '--hours', file)).toBe('request_invalid');
  });
});
