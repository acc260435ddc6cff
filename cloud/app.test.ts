import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { TestCloud } from '../tooling/testkit/cloud.js';
import { Ledger } from '../tooling/testkit/ledger.js';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { aMeasurement } from '../tooling/testkit/measurements.js';
import { Fleet } from './fleet/fleet.js';
import { listGaps } from './journal/custody.js';

/** Through the outermost seam: a real MQTT client, a real broker, a real SQLite file. */
describe('the cloud', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = new TestCloud();
    await cloud.start();
    await cloud.enrol('gw-one');
    await cloud.enrol('gw-two');
  });
  afterEach(() => cloud.stop());

  const journal = () => cloud.db.selectFrom('journal').selectAll().orderBy('position').execute();

  it('stores an envelope and answers with one receipt, up to its last row', async () => {
    const home = await cloud.join('gw-one');
    const ledger = ledgerOf('gw-one', 3);
    const before = Date.now();
    const receipt = await home.send(ledger.envelope());
    expect(receipt).toMatchObject({
      gateway: 'gw-one',
      ledger: ledger.ledger,
      upTo: 3,
      refused: [],
      pauseMs: 0,
    });
    expect(receipt.at).toBeGreaterThanOrEqual(before);
    expect(await journal()).toMatchObject([
      { position: 1, gateway: 'gw-one', seq: 1 },
      { position: 2, gateway: 'gw-one', seq: 2 },
      { position: 3, gateway: 'gw-one', seq: 3 },
    ]);
  });

  it('stores nothing twice when an envelope comes again, in whole or in part', async () => {
    const home = await cloud.join('gw-one');
    const ledger = ledgerOf('gw-one', 4);
    await home.send(ledger.envelope(1, 3));
    expect((await home.send(ledger.envelope(1, 3))).upTo).toBe(3);
    expect((await home.send(ledger.envelope(2, 4))).upTo).toBe(4);
    expect(await journal()).toHaveLength(4);
  });

  it('counts a record that came through another gateway as handled, and stores it once', async () => {
    const measurement = aMeasurement();
    for (const gateway of ['gw-one', 'gw-two']) {
      const ledger = new Ledger(gateway);
      ledger.add(measurement);
      expect(await (await cloud.join(gateway)).send(ledger.envelope())).toMatchObject({
        upTo: 1,
        refused: [],
      });
    }
    expect(await journal()).toHaveLength(1);
  });

  it('says where to go on when an envelope begins too far on', async () => {
    const home = await cloud.join('gw-one');
    const ledger = ledgerOf('gw-one', 9);
    await home.send(ledger.envelope(1, 2));
    expect((await home.send(ledger.envelope(5, 9))).upTo).toBe(2);
    expect((await home.send(ledger.envelope(3, 9))).upTo).toBe(9);
    expect(await journal()).toHaveLength(9);
  });

  it('keeps the ledgers of a replaced outbox apart', async () => {
    const home = await cloud.join('gw-one');
    await home.send(ledgerOf('gw-one', 2).envelope());
    const replaced = ledgerOf('gw-one', 1, 'b'.repeat(32));
    expect(await home.send(replaced.envelope())).toMatchObject({
      ledger: 'b'.repeat(32),
      upTo: 1,
    });
    expect(await journal()).toHaveLength(3);
  });

  it('goes on after a restart where it was', async () => {
    const ledger = ledgerOf('gw-one', 5);
    await (await cloud.join('gw-one')).send(ledger.envelope(1, 3));
    await cloud.halt();
    await cloud.start();
    const home = await cloud.join('gw-one');
    expect((await home.send(ledger.envelope(1, 5))).upTo).toBe(5);
    expect(await journal()).toHaveLength(5);
  });

  it('records rows that were cut out or culled at home, and takes those around them', async () => {
    const home = await cloud.join('gw-one');
    const ledger = ledgerOf('gw-one', 7);
    ledger.cutOut(2);
    ledger.cull(4);
    ledger.cull(5);
    expect(await home.send(ledger.envelope())).toMatchObject({ upTo: 7, refused: [] });
    expect(await listGaps(cloud.db, 'gw-one')).toMatchObject([
      { first: 2, last: 2, code: 'row_missing' },
      { first: 4, last: 5, code: 'row_culled' },
    ]);
    expect((await journal()).map((row) => row.seq)).toEqual([1, 3, 6, 7]);
  });

  it('answers a gateway that comes back with its place and the time', async () => {
    const home = await cloud.join('gw-one');
    await home.send(ledgerOf('gw-one', 2).envelope());
    const status = { v: 1, gateway: 'gw-one', state: 'online', at: 1, waiting: 7, held: 0 };
    const receipt = await home.send(JSON.stringify(status), topicOf('gw-one', 'status'));
    expect(receipt.upTo).toBe(2);
    const fleet = await new Fleet(cloud.db).overview();
    expect(fleet[0]).toMatchObject({
      id: 'gw-one',
      patients: ['p-00000001'],
      state: 'online',
      waiting: 7,
    });
  });

  it('tells the time to a gateway that has nothing to send before it knows it', async () => {
    const home = await cloud.join('gw-one');
    const before = Date.now();
    const status = { v: 1, gateway: 'gw-one', state: 'online', at: 1, waiting: 0, held: 7 };
    const receipt = await home.send(JSON.stringify(status), topicOf('gw-one', 'status'));
    expect(receipt).toMatchObject({ gateway: 'gw-one', upTo: 0, refused: [] });
    expect(receipt.at).toBeGreaterThanOrEqual(before);
    expect((await home.send(ledgerOf('gw-one', 1).envelope())).upTo).toBe(1);
  });

  it('knows when a gateway has gone', async () => {
    const home = await cloud.join('gw-one');
    const say = (state: string) =>
      home.publish(
        JSON.stringify({ v: 1, gateway: 'gw-one', state, at: 1, problems: ['disk_full'] }),
        topicOf('gw-one', 'status'),
      );
    const stateIs = (state: string) =>
      vi.waitFor(async () => {
        const [one] = await new Fleet(cloud.db).overview();
        expect(one).toMatchObject({ state, problems: ['disk_full'] });
      });
    say('online');
    await stateIs('online');
    say('offline');
    await stateIs('offline');
  });

  it('does not start on a machine whose clock has not been set', async () => {
    const early = new TestCloud({}, new ManualClock(Date.UTC(1970, 0, 2)));
    await expect(early.start()).rejects.toThrow('clock');
    await early.stop();
  });

  it('brings every measurement to the trends', async () => {
    const home = await cloud.join('gw-one');
    await home.send(ledgerOf('gw-one', 3).envelope());
    await vi.waitFor(async () => {
      const points = await cloud.db.selectFrom('trend_points').selectAll().execute();
      expect(points).toHaveLength(6);
    });
  });

  it('stores the backlogs of many gateways that come back together', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `gw-many-${i}`);
    for (const name of names) await cloud.enrol(name);
    const homes = await Promise.all(names.map((name) => cloud.join(name)));
    const backlog = async (name: string, i: number): Promise<void> => {
      const ledger = ledgerOf(name, 160);
      for (let first = 1; first <= ledger.last; first += 40)
        await homes[i]!.send(ledger.envelope(first, first + 39));
      expect(homes[i]!.receipts.at(-1)).toMatchObject({ upTo: 160, refused: [] });
    };
    await Promise.all(names.map(backlog));
    const rows = await journal();
    expect(rows).toHaveLength(12 * 160);
    expect(rows.map((row) => row.position)).toEqual(rows.map((_, i) => i + 1));
  });
});

function ledgerOf(gateway: string, rows: number, name?: string): Ledger {
  const ledger = new Ledger(gateway, name);
  for (let i = 0; i < rows; i += 1) ledger.add(aMeasurement());
  return ledger;
}
