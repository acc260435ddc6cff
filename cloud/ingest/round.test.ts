import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import type { Loan } from '../fleet/fleet.js';
import type { Mark } from '../journal/journal.js';
import { Round } from './round.js';

const gateway = 'gw-one';
/** No device belongs to the kit of a gateway. */
const kits = new Map<string, string>();
const loans = new Map<string, readonly Loan[]>([
  [gateway, [{ gateway, patient: 'p-00000001', fromAt: 0, toAt: null }]],
]);

/** What can become of a row, by how it was made. */
const makers = {
  good: () => aMeasurement(),
  rubbish: () => 'rubbish',
  foreign: () => aMeasurement({ patient: 'p-99999999' }),
} as const;
type Made = keyof typeof makers | 'cut' | 'culled' | 'changed';
const made = fc.constantFrom<Made>(
  'good',
  'good',
  'rubbish',
  'foreign',
  'cut',
  'culled',
  'changed',
);

function ledgerOf(rows: readonly Made[]): Ledger {
  const ledger = new Ledger(gateway);
  for (const row of rows)
    ledger.add(row in makers ? makers[row as keyof typeof makers]() : makers.good());
  rows.forEach((row, i) => {
    if (row === 'cut') ledger.cutOut(i + 1);
    if (row === 'culled') ledger.cull(i + 1);
    if (row === 'changed') ledger.change(i + 1, JSON.stringify(aMeasurement()));
  });
  return ledger;
}

/** Sends envelopes one after another as rounds of their own, as long as there are any. */
function store(envelopes: readonly string[], marks: readonly Mark[] = []) {
  const batches = [];
  let at = marks;
  for (const text of envelopes) {
    const round = new Round(someMorning, { loans, kits }, at);
    round.add(parseEnvelope(Buffer.from(text)));
    at = round.marks;
    batches.push(round.batch());
  }
  return {
    mark: at[0],
    entries: batches.flatMap((batch) => batch.entries.map((entry) => entry.seq)),
    gaps: batches.flatMap((batch) => batch.gaps.map((gap) => gap.seq)),
    refusals: batches.flatMap((batch) => batch.refusals.map(({ seq, code }) => [seq, code])),
  };
}

describe('a round', () => {
  it('takes every row once, whichever way the ledger is cut into envelopes', () => {
    const rows = fc.array(made, { minLength: 1, maxLength: 25 });
    // First row and number of rows of each envelope; repeated, overlapping, too far on.
    const cuts = fc.array(fc.tuple(fc.nat(24), fc.integer({ min: 1, max: 8 })), { maxLength: 30 });
    fc.assert(
      fc.property(rows, cuts, (all, list) => {
        const ledger = ledgerOf(all);
        const envelopes = list
          .map(([from, count]) => [(from % all.length) + 1, count] as const)
          .map(([from, count]) => ledger.envelope(from, Math.min(from + count - 1, all.length)));
        // Whatever came before, sending the ledger from the beginning ends at its end.
        const stored = store([...envelopes, ledger.envelope()]);
        const of = (...kinds: Made[]) =>
          all.flatMap((kind, i) => (kinds.includes(kind) ? [i + 1] : []));
        expect(stored.mark?.upTo).toBe(all.length);
        expect(stored.entries).toEqual(expect.arrayContaining(of('good')));
        expect(stored.gaps).toEqual(of('cut', 'culled'));
        const refused = stored.refusals.map(([seq]) => seq);
        expect(refused).toEqual(expect.arrayContaining(of('rubbish', 'foreign')));
        expect([...stored.entries, ...stored.gaps, ...refused]).toHaveLength(all.length);
      }),
    );
  });

  it('gives the same for envelopes of one round as for rounds of their own', () => {
    const ledger = ledgerOf(['good', 'rubbish', 'good', 'cut', 'good', 'culled', 'good']);
    const parts = [ledger.envelope(1, 2), ledger.envelope(2, 5), ledger.envelope(6, 7)];
    const one = new Round(someMorning, { loans, kits }, []);
    for (const part of parts) one.add(parseEnvelope(Buffer.from(part)));
    const apart = store(parts);
    expect(one.batch().entries.map((entry) => entry.seq)).toEqual(apart.entries);
    expect(one.marks[0]).toEqual(apart.mark);
  });

  it('does not refuse the row after a changed one, nor the row after a missing one', () => {
    const ledger = ledgerOf(['good', 'changed', 'good', 'cut', 'good']);
    expect(store([ledger.envelope()])).toMatchObject({
      entries: [1, 3, 5],
      gaps: [4],
      refusals: [[2, 'link_mismatch']],
    });
  });

  it('refuses a culled row whose digest does not fit the chain', () => {
    const ledger = ledgerOf(['good', 'good', 'good']);
    ledger.change(2, JSON.stringify({ absent: 'culled', digest: 'e'.repeat(64) }));
    expect(store([ledger.envelope()])).toMatchObject({
      entries: [1, 3],
      refusals: [[2, 'link_mismatch']],
    });
  });

  it('refuses a row that comes without its link', () => {
    const ledger = ledgerOf(['good']);
    expect(store([ledger.envelope(1, 1, { links: [null] })]).refusals).toEqual([
      [1, 'link_mismatch'],
    ]);
  });

  it('does not move a mark for what it leaves alone', () => {
    const ledger = ledgerOf(['good', 'good']);
    const round = new Round(someMorning, { loans, kits }, []);
    round.add(parseEnvelope(Buffer.from(ledger.envelope(2, 2))));
    expect(round.marks).toMatchObject([{ upTo: 0 }]);
    expect(round.batch()).toMatchObject({ entries: [], gaps: [], refusals: [], marks: [] });
  });

  it('believes a gateway no further than the mark about what it has heard', () => {
    const ledger = ledgerOf(['good', 'good', 'good']);
    const known = store([ledger.envelope(1, 2)]);
    expect(store([ledger.envelope(3, 3, { handled: 99 })], [known.mark!]).mark?.handled).toBe(2);
  });

  it('refuses a device of the kit of another home, and takes it through a gateway of its patient', () => {
    const loan = (of: string, patient: string) => ({ gateway: of, patient, fromAt: 0, toAt: null });
    const measurement = aMeasurement({ at: someMorning });
    const ledger = new Ledger(gateway);
    ledger.add(measurement);
    const refusedWith = (owner: string): readonly string[] => {
      const loans = new Map([
        [gateway, [loan(gateway, 'p-00000001')]],
        ['gw-other', [loan('gw-other', owner)]],
      ]);
      const kit = new Map([[measurement.device.identity, 'gw-other']]);
      const round = new Round(someMorning, { loans, kits: kit }, []);
      round.add(parseEnvelope(Buffer.from(ledger.envelope())));
      return round.batch().refusals.map(({ code }) => code);
    };
    expect(refusedWith('p-00000002')).toEqual(['device_elsewhere']);
    expect(refusedWith('p-00000001')).toEqual([]);
  });

  it('dates nothing after it came, also within what clocks may differ by', () => {
    const ledger = new Ledger(gateway);
    ledger.add(aMeasurement({ at: someMorning + 60_000 }));
    const loan = { gateway, patient: 'p-00000001', fromAt: 0, toAt: null };
    const round = new Round(someMorning, { loans: new Map([[gateway, [loan]]]), kits }, []);
    round.add(parseEnvelope(Buffer.from(ledger.envelope())));
    expect(round.batch().entries).toMatchObject([{ measuredAt: someMorning }]);
  });

  it('takes measurements of the time of a loan, and no others', () => {
    const day = 86_400_000;
    const loan = { gateway, patient: 'p-00000001', fromAt: someMorning - day, toAt: someMorning };
    const ledger = new Ledger(gateway);
    for (const at of [-2 * day, -day, 0, 60_000])
      ledger.add(aMeasurement({ at: someMorning + at }));
    const round = new Round(someMorning + day, { loans: new Map([[gateway, [loan]]]), kits }, []);
    round.add(parseEnvelope(Buffer.from(ledger.envelope())));
    const { entries, refusals } = round.batch();
    expect(entries.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(refusals.map(({ seq, code }) => [seq, code])).toEqual([
      [1, 'before_loan'],
      [4, 'patient_mismatch'],
    ]);
  });
});
