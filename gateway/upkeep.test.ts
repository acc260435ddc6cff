import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reading } from '@hemma/protocols/reading.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../tooling/testkit/folder.js';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { Intake } from './intake.js';
import { inspectOutbox } from './outbox/inspect.js';
import { Outbox } from './outbox/outbox.js';
import { Owners } from './owner/owners.js';
import { Upkeep } from './upkeep.js';

const reading: Reading = {
  kind: 'body_weight',
  values: [{ code: 'body_weight', value: 71.4 }],
  failure: null,
  flags: [],
  deviceTime: null,
  sequence: null,
  userSlot: null,
  context: {},
  octets: Uint8Array.of(1),
  companionOctets: new Uint8Array(0),
};

function home() {
  const folder = testFolder();
  const file = join(folder, 'outbox.sqlite');
  const timeSyncedFile = join(folder, 'synchronized');
  const clock = new ManualClock();
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file, clock, log });
  outbox.start();
  const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
  const intake = new Intake({ outbox, owners, clock, log, timeZone: 'Europe/Stockholm' });
  const upkeep = new Upkeep({ outbox, intake, owners, clock, log, timeSyncedFile });
  onTestFinished(() => {
    upkeep.stop();
    outbox.stop();
  });
  const take = (): string =>
    intake.takeNow(reading, {
      ...{ model: 'generic-weight-scale', identity: 'ble:1', patient: 'p-00000001' },
      ...{ clock: null, capturedMonotonicMs: clock.monotonicMs() },
    });
  return { file, timeSyncedFile, clock, outbox, upkeep, take };
}

describe('upkeep', () => {
  it('learns that network time has come, and dates what was held', async () => {
    const { clock, outbox, upkeep, take, timeSyncedFile } = home();
    clock.trust = 'unknown';
    upkeep.start();
    expect(take()).toBe('held');
    await clock.advance(60_000);
    expect(outbox.held.count).toBe(1);
    writeFileSync(timeSyncedFile, '');
    await clock.advance(10_000);
    expect(clock.wall().trust).toBe('synced');
    expect([outbox.held.count, outbox.last]).toEqual([0, 1]);
  });

  it('dates what an earlier process of this boot has held, at the start', () => {
    const { clock, outbox, upkeep, take } = home();
    clock.trust = 'unknown';
    take();
    clock.trust = 'synced';
    upkeep.start();
    expect(outbox.held.count).toBe(0);
  });

  it('saves the progress of receipts every hour', async () => {
    const { clock, file, outbox, upkeep, take } = home();
    upkeep.start();
    take();
    outbox.confirm(1, []);
    await clock.advance(3_590_000);
    expect(inspectOutbox(file).confirmed).toBe(0);
    await clock.advance(10_000);
    expect(inspectOutbox(file).confirmed).toBe(1);
  });
});
