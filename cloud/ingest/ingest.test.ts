import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import { maxReceiptRefusals, receiptSchema } from '@hemma/protocols/wire/messages.js';
import type { Receipt } from '@hemma/protocols/wire/messages.js';
import { createLog } from '@hemma/runtime/log.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { Fleet } from '../fleet/fleet.js';
import type { Journal } from '../journal/journal.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { People } from '../people/people.js';
import { Ingest } from './ingest.js';
import type { PendingLimits } from './pending.js';
import { receiptFor } from './receipts.js';

/** A journal whose appends wait, or fail, when a test wants it so. */
class TroubledJournal extends SqlJournal {
  trouble: (gateways: readonly string[]) => Promise<void> | void = () => undefined;
  rounds = 0;

  override async append(...args: Parameters<Journal['append']>): Promise<void> {
    this.rounds += 1;
    await this.trouble(args[0].map((key) => key.gateway));
    await super.append(...args);
  }
}

describe('ingest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-ingest-'));
  const gateways = ['gw-one', 'gw-two', 'gw-three'] as const;
  const clock = new ManualClock();
  const receipts: Receipt[] = [];
  let database: Database;
  let journal: TroubledJournal;
  let ingest: Ingest;

  const begin = (limits: PendingLimits = { envelopes: 100, perGateway: 10 }): void => {
    ingest = new Ingest({
      ...{ journal, clock, limits },
      fleet: new Fleet(database.db),
      db: database.db,
      log: createLog('test', 'silent'),
      send: (_topic, payload) => {
        receipts.push(receiptSchema.parse(JSON.parse(payload)));
        return Promise.resolve();
      },
    });
    ingest.start();
  };

  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    journal = new TroubledJournal(database);
    await new People(database.db).add({ ref: 'p-00000001', displayName: 'A' }, 0);
    for (const id of gateways) await new Fleet(database.db).add(id, 'p-00000001', 0);
    receipts.length = 0;
  });
  afterEach(async () => {
    await ingest.stop();
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const hear = (gateway: string, text: string): void =>
    ingest.hearMeasurements(gateway, Buffer.from(text));
  const envelopeOf = (gateway: string, rows = 1): string => {
    const ledger = new Ledger(gateway);
    for (let i = 0; i < rows; i += 1) ledger.add(aMeasurement());
    return ledger.envelope();
  };
  const answered = (count: number) =>
    vi.waitFor(() => expect(receipts.length).toBeGreaterThanOrEqual(count));

  it('stores what waits of all gateways in one round', async () => {
    begin();
    for (const id of gateways) hear(id, envelopeOf(id, 3));
    await answered(3);
    expect(journal.rounds).toBe(1);
    expect(receipts.map(({ gateway, upTo }) => [gateway, upTo])).toEqual(
      gateways.map((id) => [id, 3]),
    );
  });

  it('tells a gateway that sends more than fits to wait, and serves the others', async () => {
    begin({ envelopes: 100, perGateway: 2 });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    journal.trouble = () => gate;
    const ledger = new Ledger('gw-one');
    for (let i = 0; i < 6; i += 1) ledger.add(aMeasurement());
    hear('gw-one', ledger.envelope(1, 1));
    await vi.waitFor(() => expect(journal.rounds).toBe(1));
    for (let seq = 2; seq <= 6; seq += 1) hear('gw-one', ledger.envelope(seq, seq));
    hear('gw-two', envelopeOf('gw-two'));
    open();
    await vi.waitFor(() => expect(receipts.some(({ pauseMs }) => pauseMs > 0)).toBe(true));
    const [pausing] = receipts.filter(({ pauseMs }) => pauseMs > 0);
    // Two of five had room; the receipt says where to go on, and nothing is lost.
    expect(pausing).toMatchObject({ gateway: 'gw-one', upTo: 3 });
    expect(receipts.find(({ gateway }) => gateway === 'gw-two')).toMatchObject({
      upTo: 1,
      pauseMs: 0,
    });
    hear('gw-one', ledger.envelope(4, 6));
    await vi.waitFor(() => expect(receipts.at(-1)).toMatchObject({ upTo: 6, pauseMs: 0 }));
    expect(await journal.head()).toBe(7);
  });

  it('never holds more than the limit of all gateways together', async () => {
    begin({ envelopes: 2, perGateway: 2 });
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    journal.trouble = () => gate;
    hear('gw-one', envelopeOf('gw-one'));
    await vi.waitFor(() => expect(journal.rounds).toBe(1));
    const texts = new Map(gateways.map((id) => [id, envelopeOf(id)]));
    for (const id of gateways) hear(id, texts.get(id)!);
    open();
    await answered(3);
    // The third had no room; it was never heard of before, so it is told to begin, later.
    expect(receipts.find(({ gateway }) => gateway === 'gw-three')).toMatchObject({ upTo: 0 });
    expect(receipts.filter(({ pauseMs }) => pauseMs > 0)).toHaveLength(1);
    hear('gw-three', texts.get('gw-three')!);
    await vi.waitFor(() => expect(receipts.at(-1)).toMatchObject({ gateway: 'gw-three', upTo: 1 }));
  });

  it('waits for a store that is away, and then stores what came', async () => {
    begin();
    let failures = 3;
    journal.trouble = () => {
      if ((failures -= 1) >= 0) throw new CodedError('journal_unavailable');
    };
    hear('gw-one', envelopeOf('gw-one', 2));
    for (let i = 0; i < 20 && receipts.length === 0; i += 1) await clock.advance(1_000);
    await answered(1);
    expect(receipts).toMatchObject([{ gateway: 'gw-one', upTo: 2 }]);
    expect(journal.rounds).toBe(4);
  });

  it('does not let one envelope that cannot be stored hold up the others', async () => {
    begin();
    journal.trouble = (names) => {
      if (names.includes('gw-two')) throw new TypeError('a fault of ours');
    };
    for (const id of gateways) hear(id, envelopeOf(id));
    await answered(2);
    expect(receipts.map(({ gateway }) => gateway).sort()).toEqual(['gw-one', 'gw-three']);
    await vi.waitFor(async () =>
      expect(
        await database.db.selectFrom('malformed').select(['gateway', 'code']).execute(),
      ).toEqual([{ gateway: 'gw-two', code: 'internal' }]),
    );
  });

  it('counts gateways that are not ours together', async () => {
    begin();
    for (const id of ['gw-ghost-1', 'gw-ghost-2']) {
      hear(id, envelopeOf(id));
      ingest.hearStatus(id, Buffer.from('{}'));
    }
    await vi.waitFor(async () => {
      const rows = await database.db.selectFrom('malformed').selectAll().execute();
      expect(rows.map(({ gateway, code, count }) => [gateway, code, count]).sort()).toEqual([
        ['(unknown)', 'envelope_malformed', 2],
        ['(unknown)', 'unknown_gateway', 2],
      ]);
    });
    expect(receipts).toEqual([]);
  });

  it('ends a receipt before the refusals that do not fit, and goes on from there', async () => {
    begin();
    const ledger = new Ledger('gw-one');
    const rows = maxReceiptRefusals + 150;
    for (let i = 0; i < rows; i += 1) ledger.add('rubbish');
    for (let first = 1; first <= rows; first += 150) {
      hear('gw-one', ledger.envelope(first, Math.min(first + 149, rows), { handled: 0 }));
      await answered(Math.ceil(first / 150));
    }
    const last = receipts.at(-1)!;
    expect(last.upTo).toBe(maxReceiptRefusals);
    expect(last.refused).toHaveLength(maxReceiptRefusals);
    const [mark] = await journal.newestMarks(['gw-one']);
    const next = await receiptFor(journal, { ...mark!, handled: last.upTo }, { at: 0, pauseMs: 0 });
    expect(next.upTo).toBe(rows);
    expect(next.refused).toHaveLength(150);
  });
});
