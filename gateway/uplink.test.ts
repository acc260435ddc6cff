import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../tooling/testkit/folder.js';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { SmallCloud, smallCloudSecret } from '../tooling/testkit/small-cloud.js';
import { sha256 } from './outbox/chain.js';
import { Outbox } from './outbox/outbox.js';
import type { Row } from './outbox/rows.js';
import { Uplink } from './uplink.js';
import { maxEnvelopesInFlight } from './uplink/send-window.js';

const gateway = 'gw-test';

const row = (n: number, octets = 600): Row => ({
  id: sha256(`id ${n}`),
  text: JSON.stringify({ n, filler: 'x'.repeat(octets) }),
});
const rows = (from: number, to: number): Row[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i));
const texts = (from: number, to: number): string[] => rows(from, to).map(({ text }) => text);

async function home(options: { clock?: ManualClock; secret?: string } = {}) {
  const cloud = new SmallCloud(gateway);
  await cloud.start();
  const clock = options.clock ?? new ManualClock();
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file: join(testFolder(), 'outbox.sqlite'), clock, log });
  outbox.start();
  const onTime = vi.fn();
  const uplink = new Uplink({
    ...{ gateway, secret: options.secret ?? smallCloudSecret, broker: cloud.url },
    ...{ outbox, clock, log, onTime },
    report: () => ({ waiting: outbox.waiting, held: 0, problems: [], software: '0.1.0' }),
  });
  onTestFinished(async () => {
    await uplink.stop();
    outbox.stop();
    await cloud.stop();
  });
  return { cloud, clock, outbox, uplink, onTime };
}

async function connected(options: Parameters<typeof home>[0] = {}) {
  const all = await home(options);
  all.uplink.start();
  await vi.waitFor(() => expect(all.cloud.statuses).toHaveLength(1));
  return all;
}

const stored = (cloud: SmallCloud, outbox: Outbox): string[] =>
  cloud.stored.get(outbox.ledger) ?? [];

describe('sending', () => {
  it('sends what waits, in order, and believes receipts', async () => {
    const { cloud, outbox, uplink } = await home();
    outbox.appendAll(rows(1, 500));
    uplink.start();
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(stored(cloud, outbox)).toEqual(texts(1, 500));
    expect(cloud.statuses[0]).toMatchObject({ state: 'online', software: '0.1.0' });
  });

  it('sends a new row at once', async () => {
    const { cloud, outbox } = await connected();
    for (let n = 1; n <= 20; n += 1) {
      outbox.append(row(n));
      const before = performance.now();
      await vi.waitFor(() => expect(outbox.waiting).toBe(0), { interval: 1 });
      expect(performance.now() - before).toBeLessThan(250);
    }
    expect(stored(cloud, outbox)).toEqual(texts(1, 20));
  });

  it('never has more than a window on its way', async () => {
    const { cloud, outbox } = await connected();
    cloud.answers = false;
    outbox.appendAll(rows(1, 3_000));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(maxEnvelopesInFlight));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cloud.envelopes).toHaveLength(maxEnvelopesInFlight);
    const { last } = cloud.envelopes[0]!.header;
    cloud.say({ upTo: last });
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(maxEnvelopesInFlight + 1));
    expect(outbox.confirmed).toBe(last);
  });

  it('sends every reading that there is room for before it tells how it is', async () => {
    const { cloud, outbox, uplink } = await home();
    cloud.answers = false;
    outbox.appendAll(rows(1, 3_000));
    uplink.start();
    await vi.waitFor(() => expect(cloud.statuses).toHaveLength(1));
    const window = Array<string>(maxEnvelopesInFlight).fill('measurements');
    expect(cloud.heard).toEqual([...window, 'status']);
    cloud.answers = true;
    cloud.say({});
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    const before = cloud.heard.length;
    outbox.append(row(3_001));
    uplink.publishStatus();
    await vi.waitFor(() => expect(cloud.heard).toHaveLength(before + 2));
    expect(cloud.heard.slice(before)).toEqual(['measurements', 'status']);
  });

  it('has one status under way at a time, and then tells the newest', async () => {
    const { cloud, uplink, outbox } = await connected();
    for (let n = 1; n <= 100; n += 1) uplink.publishStatus();
    outbox.append(row(1));
    await vi.waitFor(() => expect(cloud.statuses.length).toBeGreaterThanOrEqual(3));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(cloud.statuses).toHaveLength(3);
  });

  it('says goodbye', async () => {
    const { cloud, uplink } = await connected();
    await uplink.stop();
    await vi.waitFor(() => expect(cloud.statuses.at(-1)).toMatchObject({ state: 'offline' }));
  });
});

describe('receipts', () => {
  it('that are lost cost nothing: the next one says the same and more', async () => {
    const { cloud, outbox } = await connected();
    cloud.answers = false;
    outbox.append(row(1));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(1));
    outbox.append(row(2));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(2));
    cloud.say({ upTo: 2 });
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
  });

  it('that do not come make it send again from the confirmed point', async () => {
    const { cloud, clock, outbox } = await connected();
    cloud.answers = false;
    outbox.appendAll(rows(1, 100));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(2));
    const { last } = cloud.envelopes[0]!.header;
    cloud.say({ upTo: last });
    await vi.waitFor(() => expect(outbox.confirmed).toBe(last));
    await clock.advance(20_000);
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(3));
    expect(cloud.envelopes[2]!.header.first).toBe(last + 1);
  });

  it('that do not come twice in a row make it connect anew', async () => {
    const { cloud, clock, outbox } = await connected();
    cloud.answers = false;
    outbox.append(row(1));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(1));
    await clock.advance(20_000);
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(2));
    cloud.answers = true;
    await clock.advance(40_000);
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(cloud.statuses.filter(({ state }) => state === 'online')).toHaveLength(2);
  });

  it.each([
    ['of another ledger', { ledger: 'f'.repeat(32), upTo: 1 }],
    ['of another gateway', { gateway: 'gw-other', upTo: 1 }],
  ])('%s are ignored', async (_, changes) => {
    const { cloud, outbox } = await connected();
    cloud.answers = false;
    outbox.append(row(1));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(1));
    cloud.say(changes);
    cloud.publish('rubbish');
    cloud.publish('{}');
    cloud.say({ upTo: 0 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(outbox.waiting).toBe(1);
    cloud.say({ upTo: 1 });
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
  });

  it('that refuse rows fill the dead-letter list and block nobody', async () => {
    const { cloud, outbox } = await connected();
    const refused = [{ seq: 1, code: 'row_malformed' as const }];
    cloud.receipt = { refused };
    outbox.appendAll(rows(1, 3));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(outbox.refusals()).toEqual(refused);
  });

  it('that ask for a pause get one, and what was dropped comes again', async () => {
    const { cloud, clock, outbox } = await connected();
    cloud.answers = false;
    outbox.append(row(1));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(1));
    cloud.say({ upTo: 0, pauseMs: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    outbox.append(row(2));
    await clock.advance(4_999);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cloud.envelopes).toHaveLength(1);
    cloud.answers = true;
    await clock.advance(1);
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(stored(cloud, outbox)).toEqual(texts(1, 2));
  });
});

describe('a connection that ends', () => {
  it('is made again, and nothing is lost or stored twice', async () => {
    const { cloud, outbox } = await connected();
    outbox.appendAll(rows(1, 40));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    await cloud.stop();
    outbox.appendAll(rows(41, 400));
    await cloud.start();
    await vi.waitFor(() => expect(outbox.waiting).toBe(0), { timeout: 10_000 });
    expect(stored(cloud, outbox)).toEqual(texts(1, 400));
  });

  it('says why there is none', async () => {
    const { uplink } = await home({ secret: 'wrong' });
    uplink.start();
    await vi.waitFor(() => expect(uplink.problem).toBe('broker_refused'));
    expect(uplink.isUp).toBe(false);
  });

  it('sends again what a cloud that came back from a backup has lost', async () => {
    const { cloud, outbox } = await connected();
    outbox.appendAll(rows(1, 40));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    await cloud.stop();
    cloud.stored.get(outbox.ledger)!.length = 25;
    cloud.upTo = 25;
    await cloud.start();
    await vi.waitFor(() => expect(stored(cloud, outbox)).toHaveLength(40), { timeout: 10_000 });
    expect(stored(cloud, outbox)).toEqual(texts(1, 40));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
  });

  it('begins a new ledger when the cloud has more than this outbox ever held', async () => {
    const { cloud, outbox } = await connected();
    outbox.appendAll(rows(1, 3));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    const before = outbox.ledger;
    cloud.answers = false;
    outbox.append(row(4));
    await vi.waitFor(() => expect(cloud.envelopes.at(-1)?.header.last).toBe(4));
    cloud.answers = true;
    cloud.say({ upTo: 9 });
    await vi.waitFor(() => expect(outbox.ledger).not.toBe(before));
    await vi.waitFor(() => expect(stored(cloud, outbox)).toEqual(texts(4, 4)));
  });
});

describe('time', () => {
  const truth = Date.UTC(2026, 5, 1, 12);

  it('comes with the first receipt when it is not known', async () => {
    const clock = new ManualClock(0);
    clock.trust = 'unknown';
    const { cloud, uplink, onTime } = await home({ clock });
    cloud.at = () => truth;
    uplink.start();
    await vi.waitFor(() => expect(clock.wall()).toEqual({ ms: truth, trust: 'synced' }));
    expect(onTime).toHaveBeenCalledOnce();
  });

  it('is corrected when it is off by more than two seconds, not by less', async () => {
    const { cloud, clock, outbox, onTime } = await connected();
    cloud.at = () => clock.wall().ms + 1_900;
    outbox.append(row(1));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(onTime).not.toHaveBeenCalled();
    const wanted = clock.wall().ms + 2_100;
    cloud.at = () => wanted;
    outbox.append(row(2));
    await vi.waitFor(() => expect(clock.wall().ms).toBe(wanted));
    expect(onTime).toHaveBeenCalledOnce();
  });

  it('is not taken from an answer that was long on its way, nor from a cloud in 1970', async () => {
    const { cloud, clock, outbox, onTime } = await connected();
    cloud.answers = false;
    outbox.append(row(1));
    await vi.waitFor(() => expect(cloud.envelopes).toHaveLength(1));
    await clock.advance(9_000);
    cloud.say({ upTo: 1, at: clock.wall().ms - 6_000 });
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    cloud.at = () => 0;
    cloud.answers = true;
    outbox.append(row(2));
    await vi.waitFor(() => expect(outbox.waiting).toBe(0));
    expect(onTime).not.toHaveBeenCalled();
  });
});
