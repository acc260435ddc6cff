import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { MqttConnection } from '@hemma/runtime/mqtt.js';
import { canRunDebian } from '../support/debian-root.js';
import { InstalledHome, gatewayId, patienceMs } from '../support/installed-home.js';
import { service, settingsFile } from '../support/installed-home.js';
import { versions } from './build.js';

/**
 * The package over what an older gateway has left. `first-version` was made by the code of the first
 * version itself: six readings that it has sent and that were confirmed (`sent.txt`, as it sent them),
 * eight that wait, and four that were taken in the dark of the next start, without the time.
 */

const suite = 'the Debian package over an older one';
const left = join(import.meta.dirname, 'first-version');
/** The cuff of those readings; the radio itself has no part in this. */
const cuff = { model: 'and-ua-651ble', address: '00:09:1F:00:00:01', use: 'own' };
const settings = { bluetooth: 'off', clock: 'trusted', devices: [cuff] };

/** Ids of the rows in the order of their table. */
function idsOf(db: Database.Database, sql: string): string[] {
  return db.prepare<[], string>(sql).pluck().all();
}

describe.skipIf(!canRunDebian(suite))(suite, () => {
  const packages = inject('packages');
  const home = new InstalledHome();
  const { machine, cloud, folder, shared } = home;
  const outbox = join(folder, 'first.sqlite');
  const waiting: string[] = [];
  const held: string[] = [];
  const sent = readFileSync(join(left, 'sent.txt'));

  beforeAll(async () => {
    const db = new Database(outbox);
    db.exec(readFileSync(join(left, 'outbox.sql'), 'utf8'));
    const last = parseEnvelope(sent).rows.at(-1)?.seq ?? 0;
    waiting.push(...idsOf(db, `SELECT id FROM outbox WHERE seq > ${last} ORDER BY seq`));
    held.push(...idsOf(db, 'SELECT id FROM held ORDER BY ordinal'));
    db.close();
    await home.start(packages);
    await home.installAndStart(packages.older, settings);
  }, 300_000);
  afterAll(() => home.stop());

  const status = async (): Promise<unknown> =>
    JSON.parse(await machine.must('hemma-gateway status --json'));
  const version = (): Promise<string> =>
    machine.must(`dpkg-query -W -f '\${Status} \${Version}' ${service}`);

  /** What the first version once sent, over the same broker. */
  const sendAsBefore = async (): Promise<void> => {
    let isUp = false;
    const connection = new MqttConnection({
      ...{ url: cloud.brokerUrl, clientId: gatewayId, username: gatewayId, filters: [] },
      ...{ password: home.secret, protocolVersion: 4, onMessage: () => undefined },
      ...{ onConnected: () => (isUp = true), onDisconnected: () => undefined },
    });
    connection.start();
    await expect.poll(() => isUp).toBe(true);
    await connection.publish(topicOf(gatewayId, 'measurements'), sent);
    await connection.stop();
    await expect.poll(() => cloud.journalCount(), { timeout: patienceMs }).toBe(6);
  };

  it('sends what waited and what was held, in order, and nothing twice', async () => {
    await machine.must(`systemctl stop ${service}`);
    await sendAsBefore();
    const confirmed = home.journalled();
    await cloud.daemon.stop();
    await home.putOutbox(outbox);
    const filledIn = await machine.must(`cat ${settingsFile}`);

    await home.install(packages.newer);
    await home.untilActive();
    expect(await version()).toBe(`install ok installed ${versions.newer}`);
    expect(await machine.must(`cat ${settingsFile}`)).toBe(filledIn);
    expect(await machine.must(`stat -c '%U:%G %a' ${settingsFile}`)).toBe(`root:${service} 640`);
    expect(await status()).toMatchObject({ confirmed: 6, held: 0, waiting: 12, refused: [] });

    await cloud.daemon.start();
    const all = [...confirmed, ...waiting, ...held];
    expect(all).toHaveLength(18);
    await expect.poll(() => cloud.journalCount(), { timeout: patienceMs }).toBe(all.length);
    expect(home.journalled()).toEqual(all);
    expect(await cloud.gaps(gatewayId)).toEqual([]);
    expect((await cloud.refused()).rows).toEqual([]);
  });

  it('dates what was held by the clock of the device, as it was known before', () => {
    const [first] = held;
    const row = cloud.journal().find(({ text }) => text.includes(`"${first}"`));
    // 22 November 2026, 04:58:48 by the cuff, which was 42 s slow.
    expect(JSON.parse(row?.text ?? '')).toMatchObject({
      time: { device: '2026-11-22T04:58:48', measuredAt: Date.UTC(2026, 10, 22, 3, 59, 30) },
    });
  });

  it('is not followed by a version that cannot read the outbox; the newer one goes on', async () => {
    // The older package as it would be, had it been built before the last change of the outbox.
    const [tree, file] = [join(folder, 'tree'), join(shared, 'cannot-read.deb')];
    execFileSync('dpkg-deb', ['-R', join(shared, packages.older), tree]);
    const preinst = join(tree, 'DEBIAN/preinst');
    const text = readFileSync(preinst, 'utf8');
    writeFileSync(preinst, text.replace(/^known=\d+$/m, 'known=1'));
    execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]);

    const { code, text: said } = await machine.run('dpkg -i /shared/cannot-read.deb');
    expect(code).not.toBe(0);
    expect(said).toContain(`hemma-gateway: ${versions.older} was NOT installed.`);
    expect(said).toContain('Nothing was changed. Install a newer version.');
    expect(await version()).toBe(`install ok installed ${versions.newer}`);
    await home.untilActive();
    expect(await status()).toMatchObject({ last: 18, confirmed: 18, waiting: 0 });
  });

  it('may be followed by an older version that can', async () => {
    await home.install(packages.older);
    await home.untilActive();
    expect(await version()).toBe(`install ok installed ${versions.older}`);
    expect(await status()).toMatchObject({ last: 18, confirmed: 18, waiting: 0 });
    expect(cloud.journalCount()).toBe(18);
  });
});
