import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { People } from '../people/people.js';
import { cloudUser, Fleet, isLent } from './fleet.js';
import { hashSecret, isSecret, newSecret } from './secret.js';

describe('fleet', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-fleet-'));
  let database: Database;
  let fleet: Fleet;

  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    fleet = new Fleet(database.db);
    for (const ref of ['p-00000001', 'p-00000002'])
      await new People(database.db).add({ ref, displayName: ref }, 0);
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const online: Status = { v: 1, gateway: 'gw-one', state: 'online', at: 5, waiting: 3, held: 1 };

  it('knows its gateways by their secrets', async () => {
    const secret = await fleet.add('gw-one', 'p-00000001', 1);
    expect(await fleet.isGateway('gw-one', secret)).toBe(true);
    expect(await fleet.isGateway('gw-one', `${secret}x`)).toBe(false);
    expect(await fleet.isGateway('gw-one', '')).toBe(false);
    expect(await fleet.isGateway('gw-two', secret)).toBe(false);
  });

  it('keeps no secret', async () => {
    const secret = await fleet.add('gw-one', 'p-00000001', 1);
    const rows = await database.db.selectFrom('gateways').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('refuses a bad name, a taken one, and that of the cloud itself', async () => {
    await fleet.add('gw-one', 'p-00000001', 1);
    for (const id of ['gw-one', 'a', 'GW-1', 'gw one', 'gw/one', '-gw', 'x'.repeat(41), cloudUser])
      await expect(fleet.add(id, 'p-00000001', 1), id).rejects.toMatchObject({
        code: 'request_invalid',
      });
    await expect(fleet.add('gw-two', 'p-99999999', 1)).rejects.toMatchObject({
      code: 'not_found',
    });
    // Nothing is left of what was refused.
    expect(await fleet.loansOf(['gw-two'])).toEqual(new Map());
  });

  it('gives what is dated before the first loan to the first patient', async () => {
    await fleet.add('gw-one', 'p-00000001', 1_000);
    const loans = (await fleet.loansOf(['gw-one'])).get('gw-one')!;
    expect(isLent(loans, 'p-00000001', 5)).toBe(true);
    expect(isLent(loans, 'p-00000002', 5)).toBe(false);
  });

  it('gives nothing of the patient before to the patient after', async () => {
    await fleet.add('gw-one', 'p-00000001', 1_000);
    await fleet.lend('gw-one', 'p-00000002', 5_000);
    const loans = (await fleet.loansOf(['gw-one'])).get('gw-one')!;
    expect([4_999, 5_000, 5_001].map((at) => isLent(loans, 'p-00000001', at))).toEqual([
      true,
      true,
      false,
    ]);
    expect([4_999, 5_000, 5_001].map((at) => isLent(loans, 'p-00000002', at))).toEqual([
      false,
      true,
      true,
    ]);
    expect((await fleet.overview())[0]!.patients).toEqual(['p-00000002']);
    await expect(fleet.lend('gw-none', 'p-00000001', 1)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(fleet.lend('gw-one', 'p-99999999', 1)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('shows what a gateway last said, also after it has gone', async () => {
    await fleet.add('gw-one', 'p-00000001', 1);
    expect((await fleet.overview())[0]).toMatchObject({ state: 'unknown', lastSeenAt: null });
    await fleet.saveStatuses([{ ...online, problems: ['disk_full'] }], 1_000);
    const offline: Status = { v: 1, gateway: 'gw-one', state: 'offline', at: 4 };
    await fleet.saveStatuses([offline], 9_000);
    expect((await fleet.overview())[0]).toMatchObject({
      state: 'offline',
      waiting: 3,
      held: 1,
      problems: ['disk_full'],
      lastSeenAt: 1_000,
    });
    await fleet.saveStatuses([online], 10_000);
    expect((await fleet.overview())[0]).toMatchObject({ state: 'online', problems: [] });
    await fleet.nobodyIsConnected();
    expect((await fleet.overview())[0]).toMatchObject({ state: 'offline' });
  });
});

describe('secrets', () => {
  it('are all different, and have 32 octets', () => {
    const secrets = Array.from({ length: 50 }, newSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  it('are recognised by their own hash only, and two hashes of one differ', () => {
    const [one, two] = [newSecret(), newSecret()];
    expect(isSecret(one, hashSecret(one))).toBe(true);
    expect(isSecret(two, hashSecret(one))).toBe(false);
    expect(hashSecret(one)).not.toBe(hashSecret(one));
  });

  it('are not recognised by rubbish', () => {
    for (const stored of ['', 'secret', '$7$', '$7$101$', '$7$101$$', '$6$101$AA==$AA=='])
      expect(isSecret('secret', stored)).toBe(false);
  });
});
