import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import type { Database } from '../database/database.js';
import type { Batch, LedgerKey, Mark, NewEntry } from './journal.js';
import { SqlJournal } from './sql-journal.js';

/** What every journal does, whichever SQL store is below it. `open` gives an empty one. */
export function journalContract(name: string, open: () => Promise<Database>): void {
  describe(`journal on ${name}`, () => {
    let database: Database;
    let journal: SqlJournal;
    beforeEach(async () => {
      database = await open();
      journal = new SqlJournal(database);
    });
    afterEach(() => database.close());

    const store = (batch: Partial<Batch>, keys: readonly LedgerKey[] = []): Promise<void> =>
      journal.append(keys, () => ({ ...nothing, ...batch }));

    it('begins empty', async () => {
      expect(await journal.head()).toBe(0);
      expect(await journal.readFrom(0, 10)).toEqual([]);
      expect(await journal.newestMarks(['gw-one'])).toEqual([]);
    });

    it('gives back what was appended, in order and without holes', async () => {
      const entries = many(120);
      await store({ entries: entries.slice(0, 70) });
      await store({ entries: entries.slice(70) });
      const read = await journal.readFrom(0, 500);
      expect(read.map((entry) => entry.position)).toEqual(entries.map((_, i) => i + 1));
      expect(read.map(({ id, text, seq }) => ({ id, text, seq }))).toEqual(
        entries.map(({ id, text, seq }) => ({ id, text, seq })),
      );
      expect(read[5]).toMatchObject({
        gateway: 'gw-one',
        ledger: ledgerA,
        patient: 'p-00000001',
        kind: 'blood_pressure',
        measuredAt: entries[5]!.measuredAt,
        receivedAt: nothing.receivedAt,
        measurement: { id: entries[5]!.id },
      });
    });

    it('reads on from a place, at most as many as asked', async () => {
      await store({ entries: many(30) });
      const read = await journal.readFrom(12, 5);
      expect(read.map((entry) => entry.position)).toEqual([13, 14, 15, 16, 17]);
      expect(await journal.head()).toBe(30);
    });

    it('stores a measurement once, also when it comes twice in one batch', async () => {
      const [one, two] = many(2);
      await store({ entries: [one!, { ...one!, seq: 9 }] });
      await store({ entries: [{ ...one!, gateway: 'gw-two' }, two!] });
      const read = await journal.readFrom(0, 10);
      expect(read.map(({ position, id }) => [position, id])).toEqual([
        [1, one!.id],
        [2, two!.id],
      ]);
    });

    it('shows the marks of the ledgers asked for, and only those', async () => {
      await store({ marks: [mark(ledgerA, 7), mark(ledgerB, 3)] });
      expect(await marksOf(journal, [key(ledgerA)])).toEqual([mark(ledgerA, 7)]);
      expect(await marksOf(journal, [key(ledgerA), key(ledgerB)])).toHaveLength(2);
      expect(await marksOf(journal, [])).toEqual([]);
    });

    it('moves a mark, null link included', async () => {
      await store({ marks: [mark(ledgerA, 7)] });
      const moved = { ...mark(ledgerA, 9), link: null, handled: 7, lastRefused: 8 };
      await store({ marks: [moved] });
      expect(await marksOf(journal, [key(ledgerA)])).toEqual([moved]);
    });

    it('knows which ledger of a gateway is the newest', async () => {
      await store({ receivedAt: 1_000, marks: [mark(ledgerB, 50)] });
      await store({ receivedAt: 2_000, marks: [mark(ledgerA, 2)] });
      expect(await journal.newestMarks(['gw-one', 'gw-none'])).toEqual([mark(ledgerA, 2)]);
    });

    it('keeps every refusal with its code', async () => {
      const refusals = [3, 5, 8].map((seq) => ({
        ...key(ledgerA),
        seq,
        code: 'row_malformed' as const,
        text: `line ${seq}`,
      }));
      await store({ refusals });
      expect(await journal.refusedAfter(key(ledgerA), 3, 10)).toEqual([
        { seq: 5, code: 'row_malformed' },
        { seq: 8, code: 'row_malformed' },
      ]);
      expect(await journal.refusedAfter(key(ledgerA), 0, 1)).toHaveLength(1);
      expect(await journal.refusedAfter(key(ledgerB), 0, 10)).toEqual([]);
    });

    it('keeps the text of the newest thousand refused rows, and the code of all', async () => {
      const refusal = (seq: number) =>
        ({ ...key(ledgerA), seq, code: 'unknown_kind', text: `line ${seq}` }) as const;
      const seqs = Array.from({ length: 1_100 }, (_, i) => i + 1);
      for (const part of [seqs.slice(0, 600), seqs.slice(600)])
        await store({ refusals: part.map(refusal) });
      const rows = await database.db
        .selectFrom('refused')
        .select(['seq', 'text'])
        .orderBy('seq')
        .execute();
      expect(rows).toHaveLength(1_100);
      const withText = rows.filter((row) => row.text !== null).map((row) => row.seq);
      expect(withText).toEqual(seqs.slice(100));
    });

    it('records what was missing or culled at home', async () => {
      const gaps = [
        { ...key(ledgerA), seq: 4, code: 'row_missing', digest: null },
        { ...key(ledgerA), seq: 5, code: 'row_culled', digest: 'd'.repeat(64) },
      ] as const;
      await store({ gaps });
      const rows = await database.db.selectFrom('gaps').selectAll().orderBy('seq').execute();
      expect(rows).toEqual(gaps.map((gap) => ({ ...gap, at: nothing.receivedAt })));
    });

    it('stores nothing of a round that fails', async () => {
      const [one] = many(1);
      const refusal = { ...key(ledgerA), seq: 1, code: 'unknown_kind' as const, text: '' };
      const failing = store({
        entries: [one!],
        marks: [mark(ledgerA, 1)],
        refusals: [refusal, refusal],
      });
      await expect(failing).rejects.toThrow();
      expect(await journal.head()).toBe(0);
      expect(await marksOf(journal, [key(ledgerA)])).toEqual([]);
    });

    it('runs rounds of two journals one after another', async () => {
      const other = new SqlJournal(database);
      const step = (target: SqlJournal, entry: NewEntry): Promise<void> =>
        target.append([key(ledgerA)], ([before]) => ({
          ...nothing,
          entries: [entry],
          marks: [mark(ledgerA, (before?.upTo ?? 0) + 1)],
        }));
      await Promise.all(many(40).map((entry, i) => step(i % 2 === 0 ? journal : other, entry)));
      expect(await marksOf(journal, [key(ledgerA)])).toEqual([mark(ledgerA, 40)]);
      const positions = (await journal.readFrom(0, 100)).map((entry) => entry.position);
      expect(positions).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    });

    it('tells of every append that brought something new, until the listener goes', async () => {
      let told = 0;
      const silence = journal.onAppended(() => (told += 1));
      const [one, two] = many(2);
      await store({ entries: [one!] });
      await store({ entries: [one!] });
      expect(told).toBe(1);
      silence();
      await store({ entries: [two!] });
      expect(told).toBe(1);
    });
  });
}

const ledgerA = 'a'.repeat(32);
const ledgerB = 'b'.repeat(32);
const nothing: Batch = {
  receivedAt: Date.UTC(2026, 0, 15, 8),
  entries: [],
  gaps: [],
  refusals: [],
  marks: [],
};

function key(ledger: string): LedgerKey {
  return { gateway: 'gw-one', ledger };
}

function mark(ledger: string, upTo: number): Mark {
  return { ...key(ledger), upTo, link: 'f'.repeat(64), handled: 0, lastRefused: 0 };
}

/** Different measurements, in the order of their sequence numbers. */
function many(count: number): NewEntry[] {
  return Array.from({ length: count }, (_, i) => {
    const measurement = aMeasurement();
    return {
      ...key(ledgerA),
      seq: i + 1,
      id: measurement.id,
      patient: measurement.patient,
      kind: measurement.kind,
      measuredAt: measurement.time.measuredAt,
      text: JSON.stringify(measurement),
    };
  });
}

async function marksOf(journal: SqlJournal, keys: readonly LedgerKey[]): Promise<readonly Mark[]> {
  let shown: readonly Mark[] = [];
  await journal.append(keys, (marks) => {
    shown = marks;
    return nothing;
  });
  return shown;
}
