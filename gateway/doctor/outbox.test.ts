import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { words } from '../../tooling/testkit/doctor.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Outbox } from '../outbox/outbox.js';
import { migrations } from '../outbox/tables.js';
import { clock as clockCheck } from './checks/clock.js';
import { outbox as check } from './checks/outbox.js';

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('test', 'silent');

/** An outbox with this many rows, closed. */
function filled(rows: number): { dataDir: string; file: string } {
  const dataDir = testFolder();
  const file = join(dataDir, 'outbox.sqlite');
  const outbox = new Outbox({ file, clock, log });
  outbox.start();
  const ids = Array.from({ length: rows }, (_, i) => String(i).padStart(64, '0'));
  outbox.appendAll(ids.map((id) => ({ id, text: `{"filler":"${'x'.repeat(200)}"}` })));
  outbox.stop();
  return { dataDir, file };
}

describe('the outbox', () => {
  it('is not there yet, is whole, or is nearly full', async () => {
    expect((await words(check))[0]).toMatch(/^ok: There is none yet/);
    const { dataDir } = filled(900);
    const at = (maxRows: number) => words(check, { settings: { dataDir, outbox: { maxRows } } });
    expect(await at(2_000)).toEqual(['ok: Whole; 900 readings wait for the cloud.']);
    expect((await at(1_000))[0]).toMatch(/^fault: 900 of 1000 readings wait/);
  });

  it('tells refused and held readings, and files that were put aside', async () => {
    const { dataDir, file } = filled(3);
    const outbox = new Outbox({ file, clock, log });
    outbox.start();
    outbox.held.add({ id: 'f'.repeat(64), text: '{}' });
    outbox.confirm(2, [{ seq: 2, code: 'row_malformed' }]);
    outbox.stop();
    writeFileSync(`${file}.aside-0a0b0c0d`, '');
    expect(await words(check, { settings: { dataDir } })).toEqual([
      'ok: Whole; 1 readings wait for the cloud.',
      'warning: 1 readings wait for the right time.',
      'warning: The cloud refused 1 readings.',
      `warning: A damaged outbox is kept: ${file}.aside-0a0b0c0d.`,
    ]);
  });

  it('is of a later version, which nobody here can read', async () => {
    const { dataDir, file } = filled(1);
    const db = new Database(file);
    db.pragma(`user_version = ${migrations.length + 1}`);
    db.close();
    expect((await words(check, { settings: { dataDir } }))[0]).toMatch(
      /^fault: The outbox was made by a newer version/,
    );
  });

  it('knows the latest time that there was: a clock before it is slow', async () => {
    const { dataDir } = filled(1);
    const at = async (hoursSlow: number) => {
      const slow = new ManualClock();
      slow.setReference(clock.wall().ms - hoursSlow * 3_600_000);
      return (await words(clockCheck, { settings: { dataDir }, clock: slow }))[0];
    };
    expect(await at(1.5)).toBe('fault: The clock is at least 1.5 hours slow.');
    expect(await at(0)).toMatch(/^warning: No time server/);
  });

  it('is damaged in the middle, or is no database at all', async () => {
    const { dataDir, file } = filled(500);
    const octets = readFileSync(file);
    octets.fill(0xa5, octets.length / 2, octets.length / 2 + 8_192);
    writeFileSync(file, octets);
    const damaged = ['fault: The outbox is damaged or cannot be read.'];
    expect(await words(check, { settings: { dataDir } })).toEqual(damaged);
    writeFileSync(file, 'no database');
    expect(await words(check, { settings: { dataDir } })).toEqual(damaged);
  });
});
