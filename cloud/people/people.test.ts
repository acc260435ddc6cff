import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { maxDisplayName, People } from './people.js';

describe('people', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-people-'));
  let database: Database;
  let people: People;
  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    people = new People(database.db);
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const someone = { displayName: 'Å Name', isTest: false };

  it('gives every patient a random reference', async () => {
    const refs = [await people.add(someone, 5), await people.add(someone, 5)];
    for (const ref of refs) expect(ref).toMatch(/^p-[0-9a-f]{20}$/);
    expect(refs[0]).not.toBe(refs[1]);
    expect(await people.find(refs[0]!)).toEqual({ ...someone, ref: refs[0], createdAt: 5 });
    expect(await people.find('p-00000000')).toBeNull();
  });

  it('lists them by name', async () => {
    for (const displayName of ['B', 'C', 'A']) await people.add({ ...someone, displayName }, 0);
    expect((await people.list()).map((one) => one.displayName)).toEqual(['A', 'B', 'C']);
  });

  it('refuses a reference that says something, or is taken', async () => {
    await people.add({ ...someone, ref: 'p-00000001' }, 0);
    for (const ref of ['p-00000001', '191212121212', 'p-1', 'P-00000001', ''])
      await expect(people.add({ ...someone, ref }, 0), ref).rejects.toMatchObject({
        code: 'request_invalid',
      });
  });

  it('refuses a name that cannot be shown', async () => {
    for (const displayName of ['', '   ', 'A\nB', 'A\u001b[31mB', 'x'.repeat(maxDisplayName + 1)])
      await expect(people.add({ ...someone, displayName }, 0)).rejects.toMatchObject({
        code: 'request_invalid',
      });
    await people.add({ ...someone, displayName: 'x'.repeat(maxDisplayName) }, 0);
  });
});
