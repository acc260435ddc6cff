import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { quantityUnits, readingFlags } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import type { Trends } from './trends.js';

/** A store to try, and how to put it away. */
export interface TrendsUnderTest {
  readonly trends: Trends;
  close(): Promise<void>;
}

const patient = 'p-00000001';
const all = { patient, fromMs: 0, toMs: someMorning + 86_400_000, limit: 1_000 };

/** What every time series store does: run on each implementation, the real server included. */
export function trendsContract(name: string, open: () => Promise<TrendsUnderTest>): void {
  describe(`trends in ${name}`, () => {
    let store: TrendsUnderTest;
    let trends: Trends;
    beforeAll(async () => {
      store = await open();
      trends = store.trends;
    }, 40_000);
    afterAll(() => store.close());
    beforeEach(() => trends.clear());

    const valuesOf = async (code: QuantityCode, who = patient): Promise<number[]> =>
      (await trends.read({ ...all, patient: who, code })).items.map((point) => point.value);

    it('gives back what was written, each quantity by itself', async () => {
      const measurement = aMeasurement({
        flags: ['irregular_pulse', 'unusual'],
        values: { systolic_bp: 128, pulse_rate: 71 },
        time: { uncertaintyMs: 250 },
      });
      await trends.write([measurement]);
      const point = {
        id: measurement.id,
        at: someMorning,
        uncertaintyMs: 250,
        flags: ['irregular_pulse', 'unusual'],
      };
      expect(await trends.read({ ...all, code: 'systolic_bp' })).toEqual({
        items: [{ ...point, value: 128 }],
        truncated: false,
      });
      expect((await trends.read({ ...all, code: 'pulse_rate' })).items).toEqual([
        { ...point, value: 71 },
      ]);
      expect((await trends.read({ ...all, code: 'diastolic_bp' })).items).toEqual([]);
    });

    it('takes every quantity and every flag of the catalogue, and any finite value', async () => {
      const codes = Object.keys(quantityUnits) as QuantityCode[];
      const values = Object.fromEntries(codes.map((code, i) => [code, i + 0.25]));
      await trends.write([aMeasurement({ values, flags: [...readingFlags] })]);
      for (const [i, code] of codes.entries()) {
        const { items } = await trends.read({ ...all, code });
        expect(items.map((p) => [p.value, p.flags])).toEqual([[i + 0.25, readingFlags]]);
      }
      const odd = [0, -40.5, 1e-9, 1e21, 0.1 + 0.2, Number.MAX_SAFE_INTEGER];
      await trends.clear();
      await trends.write(
        odd.map((glucose, i) => aMeasurement({ at: someMorning + i, values: { glucose } })),
      );
      expect(await valuesOf('glucose')).toEqual(odd);
    });

    it('keeps a failed attempt apart from the values', async () => {
      const failed = aMeasurement({ failure: 'out_of_device_range', kind: 'glucose' });
      await trends.write([failed, aMeasurement({ kind: 'glucose', values: { glucose: 5.5 } })]);
      expect(await trends.readFailures(all)).toEqual({
        items: [
          {
            id: failed.id,
            at: someMorning,
            kind: 'glucose',
            reason: 'out_of_device_range',
            uncertaintyMs: 1_000,
            flags: [],
          },
        ],
        truncated: false,
      });
      expect(await valuesOf('glucose')).toEqual([5.5]);
      expect(await trends.count()).toBe(2);
    });

    it('is idempotent: the same records in any order, any number of times, are there once', async () => {
      const some = [1, 2, 3].map((i) => aMeasurement({ at: someMorning + i * 60_000 }));
      const failed = aMeasurement({ failure: 'aborted' });
      await trends.write([...some, failed]);
      await trends.write([failed, ...some.toReversed(), ...some]);
      expect(await trends.count()).toBe(7);
    });

    it('never merges different records of one moment, one device and one value', async () => {
      const twins = Array.from({ length: 40 }, () => aMeasurement());
      await trends.write(twins);
      const { items } = await trends.read({ ...all, code: 'systolic_bp' });
      expect(items.map((p) => p.id)).toEqual(twins.map((m) => m.id).sort());
      expect(new Set(items.map((p) => p.at))).toEqual(new Set([someMorning]));
    });

    it('gives the points oldest first, whatever order they came in', async () => {
      const order = [3, 1, 2, 5, 4];
      await trends.write(
        order.map((i) => aMeasurement({ at: someMorning + i, values: { spo2: 90 + i } })),
      );
      expect(await valuesOf('spo2')).toEqual([91, 92, 93, 94, 95]);
    });

    it('includes both ends of the period, to the millisecond', async () => {
      const at = [-1, 0, 1, 999, 1_000, 1_001].map((offset) => someMorning + offset);
      await trends.write(at.map((t) => aMeasurement({ at: t })));
      const period = { ...all, fromMs: someMorning, toMs: someMorning + 1_000 };
      const { items } = await trends.read({ ...period, code: 'systolic_bp' });
      expect(items.map((p) => p.at)).toEqual(at.slice(1, 5));
    });

    it('takes a period without end or beginning', async () => {
      await trends.write([aMeasurement({ values: { spo2: 95 } })]);
      const wide = { patient, fromMs: -8.64e15, toMs: 8.64e15, limit: 10, code: 'spo2' } as const;
      expect((await trends.read(wide)).items).toHaveLength(1);
      expect((await trends.read({ ...wide, toMs: -1 })).items).toEqual([]);
    });

    it('gives the newest when there are more than asked for, and says so', async () => {
      const write = (count: number, more: Partial<Measurement>): Promise<void> =>
        trends.write(
          Array.from({ length: count }, (_, i) =>
            aMeasurement({ failure: more.failure ?? null, at: someMorning + i }),
          ),
        );
      await write(4, {});
      await write(4, { failure: 'aborted' });
      const three = { ...all, limit: 3 };
      const four = { ...all, limit: 4 };
      const newest = [1, 2, 3].map((i) => someMorning + i);
      const points = await trends.read({ ...three, code: 'systolic_bp' });
      expect([points.items.map((p) => p.at), points.truncated]).toEqual([newest, true]);
      const failures = await trends.readFailures(three);
      expect([failures.items.map((p) => p.at), failures.truncated]).toEqual([newest, true]);
      expect((await trends.read({ ...four, code: 'systolic_bp' })).truncated).toBe(false);
      expect((await trends.readFailures(four)).truncated).toBe(false);
    });

    it('never shows one patient the points of another', async () => {
      await trends.write([
        aMeasurement({ patient: 'p-00000001', values: { spo2: 91 } }),
        aMeasurement({ patient: 'p-00000002', values: { spo2: 92 } }),
        aMeasurement({ patient: 'p-00000002', failure: 'aborted' }),
      ]);
      expect(await valuesOf('spo2')).toEqual([91]);
      expect(await valuesOf('spo2', 'p-00000002')).toEqual([92]);
      expect((await trends.readFailures(all)).items).toEqual([]);
      for (const who of ['', "' OR 1=1 --", "p-00000001' OR '1'='1", '.*', '$patient', '%'])
        expect(await valuesOf('spo2', who)).toEqual([]);
    });

    it('takes any text as the name of a device model', async () => {
      const models = ['a b', 'a,b', 'a=b', 'a"b', "a'b", 'a\\', 'a\nb', '', 'Vågen 3 ✓', ',=\\ "'];
      await trends.write(
        models.map((model, i) =>
          aMeasurement({ device: { model }, at: someMorning + i, values: { spo2: 80 + i } }),
        ),
      );
      expect(await valuesOf('spo2')).toEqual(models.map((_, i) => 80 + i));
      expect(await trends.count()).toBe(models.length);
    });

    it('writes no more of a record than it holds, even when a quantity is named twice', async () => {
      const [value] = aMeasurement({ values: { spo2: 95 } }).values;
      const twice = { ...aMeasurement(), values: [{ ...value!, value: 94 }, value!] };
      await trends.write([twice]);
      expect(await valuesOf('spo2')).toEqual([95]);
    });

    it('takes more than one request can hold', async () => {
      const many = Array.from({ length: 6_000 }, (_, i) => aMeasurement({ at: someMorning + i }));
      await trends.write(many);
      expect(await trends.count()).toBe(12_000);
      const { items } = await trends.read({ ...all, limit: 6_000, code: 'systolic_bp' });
      expect(items.map((p) => p.id)).toEqual(many.map((m) => m.id));
    });

    it('is empty after clear, and takes everything again', async () => {
      const some = [aMeasurement(), aMeasurement({ failure: 'sensor_off' })];
      await trends.write(some);
      await trends.clear();
      expect([await trends.count(), await valuesOf('systolic_bp')]).toEqual([0, []]);
      await trends.write(some);
      expect(await trends.count()).toBe(3);
    });

    it('takes nothing without complaint', async () => {
      await trends.write([]);
      expect(await trends.count()).toBe(0);
    });
  });
}
