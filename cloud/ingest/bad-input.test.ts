import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { maxEnvelopeOctets } from '@hemma/protocols/wire/envelope.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import type { TestHome } from '../../tooling/testkit/cloud.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';

/** Everything that a broken or hostile gateway may send, with a good one beside it. */
describe('bad input', () => {
  const cloud = new TestCloud();
  let good: TestHome;
  let goodLedger: Ledger;
  let bad: TestHome;
  let badName = '';
  let count = 0;

  beforeAll(async () => {
    await cloud.start();
    await cloud.enrol('gw-good');
    good = await cloud.join('gw-good');
    goodLedger = new Ledger('gw-good');
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    badName = `gw-bad-${(count += 1)}`;
    await cloud.enrol(badName);
    bad = await cloud.join(badName);
  });

  const malformed = () =>
    cloud.db
      .selectFrom('malformed')
      .select(['code', 'count', 'sample'])
      .where('gateway', '=', badName)
      .execute();

  const goodIsUnharmed = async (): Promise<void> => {
    const seq = goodLedger.add(aMeasurement());
    expect(await good.send(goodLedger.envelope(seq, seq))).toMatchObject({
      upTo: seq,
      refused: [],
    });
  };

  const aGoodEnvelope = (): string => {
    const ledger = new Ledger(badName);
    for (let i = 0; i < 3; i += 1) ledger.add(aMeasurement());
    return ledger.envelope();
  };

  describe('an envelope that is no use as a whole', () => {
    const cases: Record<string, { code: string; payload: () => string | Buffer }> = {
      'is empty': { code: 'envelope_not_json', payload: () => '' },
      'is cut off in its header': {
        code: 'envelope_not_json',
        payload: () => aGoodEnvelope().slice(0, 60),
      },
      'is cut off after its header': {
        code: 'envelope_count',
        payload: () => aGoodEnvelope().split('\n').slice(0, 2).join('\n'),
      },
      'has more lines than it says': {
        code: 'envelope_count',
        payload: () => `${aGoodEnvelope()}\n{}`,
      },
      'is of a later version': {
        code: 'envelope_version',
        payload: () => aGoodEnvelope().replace('"v":1', '"v":2'),
      },
      'is no JSON': { code: 'envelope_not_json', payload: () => 'hello' },
      'is JSON of another kind': { code: 'envelope_malformed', payload: () => '[1,2,3]' },
      'has a key too many': {
        code: 'envelope_malformed',
        payload: () => aGoodEnvelope().replace('"v":1', '"v":1,"w":1'),
      },
      'is no UTF-8': {
        code: 'envelope_not_utf8',
        payload: () => Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
      },
      'is larger than 64 KiB': {
        code: 'envelope_too_large',
        payload: () => aGoodEnvelope() + ' '.repeat(maxEnvelopeOctets),
      },
      'names another gateway': {
        code: 'foreign_gateway',
        payload: () =>
          new Ledger('gw-good').envelope(1, 0, { first: 1, last: 1, links: [null] }) + '\n{}',
      },
      'is of ten megabytes': {
        code: 'envelope_too_large',
        payload: () => Buffer.alloc(10_000_000, 120),
      },
    };
    for (const [name, { code, payload }] of Object.entries(cases))
      it(`${name}: ${code}`, async () => {
        bad.publish(payload());
        await vi.waitFor(async () => expect(await malformed()).toMatchObject([{ code, count: 1 }]));
        await goodIsUnharmed();
      });

    it('is counted once more when it comes again', async () => {
      for (let i = 0; i < 5; i += 1) bad.publish('rubbish');
      await vi.waitFor(async () =>
        expect(await malformed()).toEqual([
          { code: 'envelope_not_json', count: 5, sample: 'rubbish' },
        ]),
      );
      await goodIsUnharmed();
    });

    it('is kept in a form that every store takes', async () => {
      bad.publish(Buffer.from([0, 1, 27, 91, 255, 65]));
      await vi.waitFor(async () => expect(await malformed()).toHaveLength(1));
      const [row] = await malformed();
      expect(row!.sample).toBe('\ufffd\ufffd\ufffd[\ufffdA');
    });
  });

  it('cuts off a gateway that uses the topic of another', async () => {
    bad.publish(aGoodEnvelope(), topicOf('gw-good', 'measurements'));
    await vi.waitFor(() => expect(bad.connected).toBe(false));
    await vi.waitFor(async () =>
      expect(await malformed()).toMatchObject([{ code: 'foreign_gateway' }]),
    );
    await goodIsUnharmed();
  });

  describe('one row among good ones', () => {
    const day = 86_400_000;
    const cases: Record<string, { code: string; row: () => unknown }> = {
      'is no JSON': { code: 'row_malformed', row: () => '{"id":' },
      'is nothing': { code: 'row_malformed', row: () => '' },
      'is null': { code: 'row_malformed', row: () => null },
      'has a key too many': {
        code: 'row_malformed',
        row: () => ({ ...aMeasurement(), name: 'A' }),
      },
      'has neither values nor a failure': {
        code: 'row_malformed',
        row: () => aMeasurement({ values: {} }),
      },
      'has the same quantity twice': {
        code: 'row_malformed',
        row: () => {
          const measurement = aMeasurement();
          return { ...measurement, values: [measurement.values[0], measurement.values[0]] };
        },
      },
      'has a number beyond all numbers': {
        code: 'row_malformed',
        row: () => JSON.stringify(aMeasurement()).replace('128', '1e999'),
      },
      'is of an unknown kind': {
        code: 'unknown_kind',
        row: () => ({ ...aMeasurement(), kind: 'shoe_size' }),
      },
      'has a quantity of another kind': {
        code: 'unit_mismatch',
        row: () => aMeasurement({ kind: 'body_weight', values: { glucose: 5 } }),
      },
      'is dated 1970': { code: 'measured_too_early', row: () => aMeasurement({ at: 0 }) },
      'is dated in 2019': {
        code: 'measured_too_early',
        row: () => aMeasurement({ at: Date.UTC(2020, 0, 1) - 1 }),
      },
      'is dated 2099': {
        code: 'measured_in_future',
        row: () => aMeasurement({ at: Date.UTC(2099, 0, 1) }),
      },
      'is dated tomorrow': {
        code: 'measured_in_future',
        row: () => aMeasurement({ at: Date.now() + day }),
      },
      'has an identity of its own': {
        code: 'identity_mismatch',
        row: () => ({ ...aMeasurement(), id: 'c'.repeat(64) }),
      },
      'belongs to somebody else': {
        code: 'patient_mismatch',
        row: () => aMeasurement({ patient: 'p-99999999' }),
      },
      'says it is absent in an unknown way': {
        code: 'row_malformed',
        row: () => ({ absent: 'eaten' }),
      },
    };
    for (const [name, { code, row }] of Object.entries(cases))
      it(`${name}: ${code}`, async () => {
        const ledger = new Ledger(badName);
        ledger.add(aMeasurement());
        const text = row();
        ledger.add(text);
        ledger.add(aMeasurement());
        const receipt = await bad.send(ledger.envelope());
        expect(receipt).toMatchObject({ upTo: 3, refused: [{ seq: 2, code }] });
        expect(await deadLetters(badName)).toEqual([
          { seq: 2, code, text: typeof text === 'string' ? text : JSON.stringify(text) },
        ]);
        await goodIsUnharmed();
      });

    it('was changed after it was linked: only that row is refused', async () => {
      const ledger = new Ledger(badName);
      for (let i = 0; i < 4; i += 1) ledger.add(aMeasurement());
      ledger.change(2, JSON.stringify(aMeasurement({ values: { systolic_bp: 99 } })));
      const receipt = await bad.send(ledger.envelope());
      expect(receipt).toMatchObject({ upTo: 4, refused: [{ seq: 2, code: 'link_mismatch' }] });
    });

    it('was put in the place of one that was cut out', async () => {
      const first = new Ledger(badName);
      const second = new Ledger(badName);
      const kept = aMeasurement();
      first.add(kept);
      second.add(kept);
      await bad.send(first.envelope());
      first.add(aMeasurement());
      const later = aMeasurement();
      first.add(later);
      second.add(later);
      // The third row of the one is sent as the second of the other, with its own link.
      const links = /"links":\["([0-9a-f]{64})"\]/.exec(first.envelope(3, 3));
      const receipt = await bad.send(second.envelope(2, 2, { links: [links![1]!] }));
      expect(receipt.refused).toEqual([{ seq: 2, code: 'link_mismatch' }]);
    });

    it('is repeated in every receipt until the gateway has heard of it', async () => {
      const ledger = new Ledger(badName);
      ledger.add('rubbish');
      for (let i = 0; i < 3; i += 1) ledger.add(aMeasurement());
      const refused = [{ seq: 1, code: 'row_malformed' }];
      expect((await bad.send(ledger.envelope(1, 2))).refused).toEqual(refused);
      expect((await bad.send(ledger.envelope(3, 3, { handled: 0 }))).refused).toEqual(refused);
      expect((await bad.send(ledger.envelope(4, 4, { handled: 2 }))).refused).toEqual([]);
    });
  });

  it('survives any octets as an envelope', { timeout: 60_000 }, async () => {
    const rubbish = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      mutated(aGoodEnvelope),
    );
    await fc.assert(
      fc.asyncProperty(rubbish, async (octets) => {
        bad.publish(Buffer.from(octets));
        await goodIsUnharmed();
      }),
      { numRuns: 150 },
    );
    expect(bad.connected).toBe(true);
  });

  function deadLetters(gateway: string) {
    return cloud.db
      .selectFrom('refused')
      .select(['seq', 'code', 'text'])
      .where('gateway', '=', gateway)
      .execute();
  }
});

/** A good envelope with some of its octets replaced. */
function mutated(make: () => string): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.nat(3_000), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 5,
  });
  return changes.map((list) => {
    const octets = Buffer.from(make());
    for (const [at, octet] of list) octets[at % octets.length] = octet;
    return octets;
  });
}
