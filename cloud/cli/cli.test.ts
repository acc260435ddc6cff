import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { runInProcess as run } from '../../tooling/testkit/command-line.js';
import type { Ran } from '../../tooling/testkit/command-line.js';

describe('hemma-cloud', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-cli-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withSettings = (...args: string[]): Promise<Ran> => run(...args, '--settings', file);
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await withSettings(...args, '--json')).out);

  it('enrols a patient under a random reference, and a gateway with a secret', async () => {
    const patient = await withSettings('patient', 'add', '--name', 'A Name');
    expect(patient.out).toMatch(/^p-[0-9a-f]{20}\n$/);
    const ref = patient.out.trim();
    const added = (await json('gateway', 'add', 'gw-one', '--patient', ref)) as { secret: string };
    expect(added).toEqual({ gateway: 'gw-one', patient: ref, secret: added.secret });
    expect(Buffer.from(added.secret, 'base64url')).toHaveLength(32);
    expect(await json('gateway', 'list')).toMatchObject({
      gateways: [{ id: 'gw-one', patients: [ref], state: 'unknown', lastSeenAt: null }],
    });
    expect(await json('patient', 'list')).toMatchObject({
      patients: [{ ref, displayName: 'A Name', plans: [] }],
    });
    expect((await withSettings('patient', 'list')).out).toContain('A Name');
  });

  it('keeps the name out of everything but the people store', async () => {
    const ref = 'p-00000001';
    await withSettings('patient', 'add', '--name', 'Nobody Else', '--ref', ref);
    await withSettings('gateway', 'add', 'gw-one', '--patient', ref);
    for (const command of [
      ['gateway', 'list'],
      ['refused', 'list'],
      ['gateway', 'gaps', 'gw-one'],
    ])
      expect((await withSettings(...command)).out).not.toContain('Nobody');
  });

  it('refuses what there is not, or is there already, with a code', async () => {
    const refusal = async (...args: string[]): Promise<unknown> => {
      const ran = await withSettings(...args, '--json');
      return [ran.code, (JSON.parse(ran.err) as { error: { code: string } }).error.code];
    };
    const patient = ['patient', 'add', '--name', 'A', '--ref', 'p-00000001'];
    await withSettings(...patient);
    expect(await refusal(...patient)).toEqual([1, 'request_invalid']);
    const gateway = ['gateway', 'add', 'gw-one', '--patient'];
    expect(await refusal(...gateway, 'p-99999999')).toEqual([1, 'not_found']);
    await withSettings(...gateway, 'p-00000001');
    expect(await refusal(...gateway, 'p-00000001')).toEqual([1, 'request_invalid']);
    expect(await refusal('gateway', 'gaps', 'gw-two')).toEqual([1, 'not_found']);
    expect(await refusal('gateway', 'add', 'GW', '--patient', 'p-00000001')).toEqual([
      1,
      'request_invalid',
    ]);
  });

  it('shows gaps, refused rows and rubbish while the cloud runs', async () => {
    const cloud = new TestCloud();
    await cloud.start();
    await cloud.enrol('gw-one');
    writeFileSync(file, JSON.stringify({ dataDir: cloud.folder }));
    const home = await cloud.join('gw-one');
    const ledger = new Ledger('gw-one');
    for (let i = 0; i < 4; i += 1) ledger.add(aMeasurement());
    ledger.cutOut(2);
    ledger.cutOut(3);
    ledger.add('rubbish row');
    await home.send(ledger.envelope());
    home.publish('rubbish envelope');
    await vi.waitFor(async () =>
      expect(await json('refused', 'list')).toMatchObject({
        rows: [{ gateway: 'gw-one', seq: 5, code: 'row_malformed', text: 'rubbish row' }],
        malformed: [{ gateway: 'gw-one', code: 'envelope_not_json', count: 1 }],
      }),
    );
    expect(await json('gateway', 'gaps', 'gw-one')).toMatchObject({
      gaps: [{ first: 2, last: 3, code: 'row_missing' }],
    });
    expect((await withSettings('gateway', 'gaps', 'gw-one')).out).toContain('2-3');
    expect(await json('refused', 'list', '--gateway', 'gw-two')).toEqual({
      rows: [],
      malformed: [],
    });
    expect(await json('rebuild')).toEqual({ measurements: 2, points: 4 });
    await cloud.stop();
  });

  it('writes the files for a Mosquitto, readable by nobody else', async () => {
    const target = join(folder, 'mosquitto');
    expect(await withSettings('gateway', 'mosquitto-files', target)).toMatchObject({ code: 1 });
    writeFileSync(file, JSON.stringify({ dataDir: folder, brokerLogin: { password: 'secret' } }));
    await withSettings('patient', 'add', '--name', 'A', '--ref', 'p-00000001');
    await withSettings('gateway', 'add', 'gw-one', '--patient', 'p-00000001');
    expect(await json('gateway', 'mosquitto-files', target)).toMatchObject({ gateways: 1 });
    const passwords = readFileSync(join(target, 'passwords'), 'utf8');
    expect(passwords).toMatch(/^hemma-cloud:\$7\$.*\ngw-one:\$7\$/);
    expect(passwords).not.toContain('secret');
    expect(statSync(join(target, 'passwords')).mode & 0o077).toBe(0);
  });

  it('names a typo in the settings, and ends with 2', async () => {
    writeFileSync(file, JSON.stringify({ dataDir: folder, htpp: {} }));
    const ran = await withSettings('patient', 'list');
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain('did you mean "http"?');
    expect(await run('patient', 'list', '--settings', join(folder, 'none'))).toMatchObject({
      code: 2,
    });
  });

  it('ends with 2 when it is used wrongly, and with 0 when asked for help', async () => {
    for (const args of [['nonsense'], ['patient', 'add'], ['refused', 'list', '--limit', '0']])
      expect([args, (await run(...args)).code]).toEqual([args, 2]);
    for (const args of [['--help'], ['gateway', 'add', '--help'], ['plan', 'try', '--help']])
      expect(await run(...args)).toMatchObject({ code: 0, err: '' });
  });

  it('checks a plan and tries its rules', async () => {
    const content = join(import.meta.dirname, '../content');
    const plan = join(content, 'plans/hypertension.json');
    expect((await run('plan', 'check', plan, '--json')).out).toMatch(/^\{"problems":/);
    expect((await run('plan', 'check', join(folder, 'none.json'))).code).toBe(2);
    const tried = await run('plan', 'try', join(content, 'rule-examples.json'));
    expect(tried.code).toBe(0);
    expect(tried.out.split('\n').length).toBeGreaterThan(10);
    expect((await run('plan', 'try')).code).toBe(2);
  });
});
