import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { TestCloud } from '../tooling/testkit/cloud.js';
import { Ledger } from '../tooling/testkit/ledger.js';
import { aMeasurement } from '../tooling/testkit/measurements.js';
import { startMosquitto } from '../tooling/testkit/mosquitto.js';
import type { Mosquitto } from '../tooling/testkit/mosquitto.js';
import { startPostgres } from '../tooling/testkit/postgres.js';
import type { Postgres } from '../tooling/testkit/postgres.js';
import { requires } from '../tooling/testkit/requires.js';
import { mosquittoFiles } from './broker/mosquitto-files.js';
import { cloudUser } from './fleet/fleet.js';
import { hashSecret } from './fleet/secret.js';

const login = { username: cloudUser, password: 'password of the cloud' };
const hasServers = ['postgres', 'mosquitto'].every((name) => requires(name, 'cloud on servers'));

/** The same walk where one machine is outgrown: two clouds, one PostgreSQL, one Mosquitto. */
describe.skipIf(!hasServers)('two clouds on PostgreSQL and Mosquitto', () => {
  let postgres: Postgres;
  let mosquitto: Mosquitto;
  let clouds: TestCloud[];

  beforeAll(async () => {
    const gateways = [{ id: 'gw-one', secret_hash: hashSecret('secret of one') }];
    [postgres, mosquitto] = await Promise.all([
      startPostgres(),
      startMosquitto((folder) => mosquittoFiles({ gateways, login, folder })),
    ]);
    const database = await postgres.freshDatabase();
    const settings = { database, broker: mosquitto.url, brokerLogin: login };
    clouds = [new TestCloud(settings), new TestCloud(settings)];
    for (const cloud of clouds) await cloud.start();
    await clouds[0]!.enrol('gw-one');
  });
  afterAll(async () => {
    for (const cloud of clouds) await cloud.stop();
    await mosquitto.stop();
    await postgres.stop();
  });

  it('journal every measurement once, whichever of them gets it', async () => {
    const home = await clouds[0]!.visit('gw-one', mosquitto.url, 'secret of one');
    const ledger = new Ledger('gw-one');
    for (let i = 0; i < 400; i += 1) ledger.add(aMeasurement());
    // Whoever got an envelope answers it; without an answer the gateway sends again.
    await vi.waitFor(async () => {
      expect((await home.send(ledger.envelope(1, 40))).upTo).toBe(40);
    }, 20_000);
    for (let first = 41; first <= ledger.last; first += 40)
      expect((await home.send(ledger.envelope(first, first + 39))).upTo).toBe(first + 39);
    const { db } = clouds[1]!;
    const rows = await db.selectFrom('journal').select('position').orderBy('position').execute();
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, i) => i + 1));
    expect(rows).toHaveLength(400);
  });

  it('apply every measurement to the rules and the trends once', async () => {
    const { db } = clouds[0]!;
    await vi.waitFor(async () => {
      const places = await db.selectFrom('places').select('position').execute();
      expect(places.map((place) => place.position)).toEqual([400, 400]);
    }, 20_000);
    expect(await db.selectFrom('trend_points').select('id').execute()).toHaveLength(800);
  });

  it('know when a gateway comes', async () => {
    const home = await clouds[0]!.visit('gw-one', mosquitto.url, 'secret of one');
    const status = { v: 1, gateway: 'gw-one', state: 'online', at: 1, waiting: 2 };
    expect((await home.send(JSON.stringify(status), topicOf('gw-one', 'status'))).upTo).toBe(400);
  });

  it('wait for the database, and go on when it is back', async () => {
    const home = await clouds[0]!.visit('gw-one', mosquitto.url, 'secret of one');
    const ledger = new Ledger('gw-one', 'b'.repeat(32));
    ledger.add(aMeasurement());
    await postgres.halt();
    const answer = home.send(ledger.envelope());
    await postgres.resume();
    expect(await answer).toMatchObject({ ledger: 'b'.repeat(32), upTo: 1 });
  });
});
