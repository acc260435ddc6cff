import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess as run } from '../../tooling/testkit/command-line.js';
import { aHealing, healedStatus, unhealed } from '../../tooling/testkit/healings.js';
import { openDatabase } from '../database/database.js';
import { Fleet } from '../fleet/fleet.js';

const now = Date.UTC(2026, 0, 15, 12);

describe('hemma-cloud gateway show', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-show-'));
  const file = join(folder, 'settings.json');
  const withSettings = (...args: string[]) => run(...args, '--settings', file);

  beforeAll(async () => {
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
    await withSettings('patient', 'add', '--name', 'A Name', '--ref', 'p-00000001');
    for (const id of ['gw-one', 'gw-two'])
      await withSettings('gateway', 'add', id, '--patient', 'p-00000001');
    const database = await openDatabase({ database: 'sqlite', dataDir: folder });
    const told = [
      aHealing(3, now, { cause: 'scan_refused', ...unhealed }),
      aHealing(2, now, { cause: 'bluetooth_stuck', recoveryMs: 11_100_000, outcome: 'passed' }),
      aHealing(1, now),
    ];
    const status = { ...healedStatus('gw-one', now, told), problems: ['radio_unhealed' as const] };
    await new Fleet(database.db).saveStatuses([status], now);
    await database.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says in plain words what is wrong and what was done for the radio', async () => {
    const { out, code } = await withSettings('gateway', 'show', 'gw-one');
    expect(code).toBe(0);
    const lines = out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));
    expect(lines).toEqual(
      expect.arrayContaining([
        'gw-one, lent to p-00000001',
        'wrong: radio_unhealed: Nothing that the gateway can do has mended its radio.',
        'last step for its radio: switched the adapter off and on: it helped; 3 in its last day',
        '2026-01-15T11:59:00Z | scan_refused | restarted the whole gateway | 5 | goes on, a person is needed | -',
        '2026-01-15T11:59:00Z | bluetooth_stuck | switched the adapter off and on | 1 | passed by itself | 3 h 5 min',
        '2026-01-15T11:59:00Z | adapter_off | switched the adapter off and on | 1 | cured | 20 s',
      ]),
    );
    expect(out).not.toContain('A Name');
  });

  it('says so where nothing was ever healed, and where there is no such gateway', async () => {
    const { out } = await withSettings('gateway', 'show', 'gw-two');
    expect(out).toContain('nothing is wrong');
    expect(out).toContain('no healing of its radio is kept');
    const none = await withSettings('gateway', 'show', 'gw-none', '--json');
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('not_found') as string });
  });

  it('gives everything as JSON, and the last step in the list', async () => {
    const { out } = await withSettings('gateway', 'show', 'gw-one', '--json');
    expect(JSON.parse(out)).toMatchObject({
      gateway: { id: 'gw-one', healing: { step: 'reset_adapter' }, healings: [{}, {}, {}] },
    });
    const list = await withSettings('gateway', 'list');
    expect(list.out).toContain('switched the adapter off and on: it helped');
  });
});
