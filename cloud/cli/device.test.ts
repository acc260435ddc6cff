import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess as run } from '../../tooling/testkit/command-line.js';
import { openDatabase } from '../database/database.js';
import { reviewChecks } from '../worklist/calibration.js';

describe('hemma-cloud device check, and task', () => {
  let folder: string;
  let file: string;
  let technician: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-device-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
    await said('unit', 'add', 'medtech', '--name', 'Medical technology');
    technician = await said('staff', 'add', '--name', 'A Technician', '--role', 'technician');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const said = async (...args: string[]) => (await run(...args, '--settings', file)).out.trim();
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await run(...args, '--settings', file, '--json')).out);
  const refusal = async (...args: string[]): Promise<unknown> =>
    (
      JSON.parse((await run(...args, '--settings', file, '--json')).err) as {
        error: { code: string };
      }
    ).error.code;
  const verified = (...args: string[]) =>
    said('device', 'check', 'verified', 'serial:1', '--by', technician, ...args);

  it('tells when a device is due, opens a task, and closes it with its history', async () => {
    const first = ['--on', '2020-01-31', '--unit', 'medtech', '--interval', '1'];
    expect(await verified(...first)).toBe('serial:1 is checked');
    const { devices } = (await json('device', 'check', 'list')) as { devices: unknown };
    expect(devices).toMatchObject([
      { device: 'serial:1', intervalMonths: 1, verifiedOn: '2020-01-31', unit: 'medtech' },
    ]);
    const database = await openDatabase({ database: 'sqlite', dataDir: folder });
    await reviewChecks(database.db, Date.UTC(2020, 2, 1));
    await database.close();
    const { tasks } = (await json('task', 'list', '--audience', 'technology')) as {
      tasks: { id: string }[];
    };
    expect(tasks).toMatchObject([{ kind: 'calibration-due', device: { identity: 'serial:1' } }]);
    expect(await json('task', 'list', '--audience', 'clinic')).toMatchObject({ tasks: [] });
    expect(await json('task', 'list', '--unit', 'elsewhere')).toMatchObject({ tasks: [] });
    const id = tasks[0]!.id;
    expect(await said('task', 'show', id)).toContain('about serial:1, for technology at medtech');
    await verified();
    expect(await json('task', 'list')).toMatchObject({ tasks: [] });
    expect(await said('task', 'show', id)).toContain('Calibration is due (yellow, closed)');
    const lines = (await said('task', 'history', id)).split('\n');
    expect(lines[0]).toBe('2020-03-01T00:00:00Z  opened');
    expect(lines[1]).toMatch(/ {2}checked by A Technician$/);
    expect(lines[2]).toMatch(/ {2}closed$/);
    expect(await said('device', 'check', 'retired', 'serial:1', '--by', technician)).toContain(
      'no more',
    );
    expect(await said('device', 'check', 'list')).toContain('retired');
  });

  it('refuses what it does not know, with a code', async () => {
    const check = (...args: string[]) =>
      refusal('device', 'check', 'verified', 'serial:1', '--by', technician, ...args);
    expect(await check('--unit', 'medtech', '--interval', 'x')).toBe('request_invalid');
    expect(await check('--unit', 'medtech')).toBe('request_invalid');
    expect(await refusal('device', 'check', 'retired', 'serial:1', '--by', technician)).toBe(
      'not_found',
    );
    expect(await refusal('task', 'history', 'unknown')).toBe('not_found');
    expect(await refusal('task', 'show', 'unknown')).toBe('not_found');
    expect(await refusal('task', 'list', '--audience', 'nobody')).toBe('request_invalid');
  });
});
