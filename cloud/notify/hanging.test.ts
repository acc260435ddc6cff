import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { loadCatalogue } from '../catalogue.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { Prompts } from '../commands/wanted.js';
import { contentDir } from '../folders.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import { Units } from '../units/units.js';
import { createUpkeep } from '../upkeep.js';
import { never } from './channel.contract.js';
import { addRecipient, gatherMs, queue } from './notifications.js';
import { atOnce, sendDue } from './sender.js';
import { WebhookChannel } from './webhook.js';

/** Far below the ten seconds that a receiver has, far above what a loaded machine needs. */
const soonMs = 5_000;
const hours = staffedHoursSchema.parse({ week: Array.from({ length: 7 }, () => []) });
const unit = { hours, responsible: null, substitute: null, budgetMinutes: 60 };

describe('receivers that do not answer', () => {
  let folder: string;
  let database: Database;
  let server: Server;
  let clock: ManualClock;
  let asked: (string | undefined)[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-hanging-'));
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    clock = new ManualClock();
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url);
      request.resume();
      if (request.url?.startsWith('/silent') !== true) response.writeHead(204).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  /** A unit of its own with one receiver, who is told of something. */
  const tell = async (name: string): Promise<void> => {
    const { db } = database;
    await new Units(db).add(name, { ...unit, name }, 0);
    // A TCP server has no other kind of address.
    const { port } = server.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}/${name}`;
    await addRecipient(db, name, { channel: 'webhook', address });
    const at = clock.wall().ms;
    await db.transaction().execute((trx) => queue(trx, { unit: name, kind: 'task-red', at }));
  };
  const parts = (timeoutMs?: number) => {
    const settings = { secret: 'a secret', innerHosts: ['127.0.0.1'] };
    const limited = timeoutMs === undefined ? settings : { ...settings, timeoutMs };
    const channels = { webhook: new WebhookChannel(limited, clock) };
    const log = createLog('test', 'silent');
    return { db: database.db, clock, log, channels, link: 'http://x/' };
  };
  const arrived = (name: string, count: number) =>
    vi.waitFor(
      () => expect(asked.filter((it) => it?.startsWith(`/${name}`))).toHaveLength(count),
      soonMs,
    );
  const left = () => database.db.selectFrom('notifications').select('attempts').execute();

  it('hold up nobody else, until they are given up', async () => {
    for (let i = 1; i < atOnce; i += 1) await tell(`silent-${i}`);
    for (let i = 0; i < 2 * atOnce; i += 1) await tell(`quick-${i}`);
    clock.jumpWall(gatherMs);
    const stopping = new AbortController();
    const sent = sendDue(parts(), stopping.signal);
    await arrived('quick', 2 * atOnce);
    await arrived('silent', atOnce - 1);
    const from = performance.now();
    stopping.abort();
    await sent;
    expect(performance.now() - from).toBeLessThan(soonMs);
    // What was given up was no attempt: it is told by the next process.
    expect(await left()).toEqual(Array.from({ length: atOnce - 1 }, () => ({ attempts: 0 })));
  });

  it('come after those who have not failed', async () => {
    for (let i = 0; i < atOnce; i += 1) await tell(`silent-${i}`);
    clock.jumpWall(gatherMs);
    await sendDue(parts(50), never);
    expect(await left()).toEqual(Array.from({ length: atOnce }, () => ({ attempts: 1 })));
    await tell('quick-0');
    clock.jumpWall(3_600_000);
    asked = [];
    await sendDue(parts(50), never);
    expect(asked).toHaveLength(atOnce + 1);
    // All places but one had a silent one first, were it otherwise.
    expect(asked.indexOf('/quick-0')).toBeLessThan(atOnce);
  });

  it('do not delay the end of the process', async () => {
    await tell('silent-0');
    clock.jumpWall(gatherMs);
    const content = loadContent(contentDir());
    const upkeep = createUpkeep({
      ...{ ...parts(), clock, live: { touch: () => undefined } },
      ...{ content, planOf: shippedPlan(content), catalogue: loadCatalogue(contentDir()) },
      prompts: new Prompts(clock),
    });
    for (const part of upkeep) part.start();
    await arrived('silent', 1);
    const from = performance.now();
    for (const part of upkeep) await part.stop();
    expect(performance.now() - from).toBeLessThan(soonMs);
    expect(await left()).toEqual([{ attempts: 0 }]);
  });
});
