import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { GattDevice } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';

/** Devices that keep what they measured until somebody reads it. */
const storing = catalogue.filter(
  (device): device is GattDevice =>
    device.transport === 'gatt' &&
    [
      'beurer-po60',
      'blood-pressure',
      'cgm',
      'contec-spirometer',
      'glucose',
      'microlife',
      'omron-memory',
      'onetouch-verio',
      'pulse-oximeter',
      'thermometer',
      'weight-scale',
      'yonker',
    ].includes(device.profile.name),
);
/** Profiles that ask for one record after the other, newest first, whatever the order of the memory. */
const askedForNewestFirst: readonly string[] = ['onetouch-verio'];
/** Profiles whose records say the minute only. */
const toTheMinute: readonly string[] = ['cgm', 'microlife', 'yonker'];
const orders = ['oldest-first', 'newest-first'] as const;
const both = storing.flatMap((device) => orders.map((order) => ({ device, order })));
const records = 5;

const sorted = (identities: Iterable<string>): string[] => [...new Set(identities)].sort();

describe('a device that stores', () => {
  it.each(both)('$device.id, $order: gives every record once', async ({ device, order }) => {
    const bench = new Bench(device, new ManualClock(), { habits: { order } });
    const measured = await bench.measure(records);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.refusals).toEqual([]);
    expect(heard.readings).toHaveLength(records);
    const isOldestFirst =
      order === 'oldest-first' && !askedForNewestFirst.includes(device.profile.name);
    const inOrder = isOldestFirst ? measured : [...measured].reverse();
    expect(heard.readings).toEqual(inOrder);
  });

  it.each(storing)('$id: says who it is, how its battery and its clock are', async (device) => {
    const bench = new Bench(device, new ManualClock(), { clockError: { aheadMs: -90_000 } });
    bench.virtual.faults.batteryPercent = 33;
    const [measured] = await bench.measure(1);
    const { heard } = await bench.converse();
    expect(heard.information.serialNumber).toBe('123456');
    expect(heard.batteries).toEqual([33]);
    const { clock } = device.profile;
    const isTold = clock !== 'set-unread' && clock !== 'untouched';
    expect(heard.deviceClocks).toHaveLength(isTold ? 1 : 0);
    if (!isTold) return;
    const shown = Date.parse(`${heard.deviceClocks[0] ?? ''}Z`);
    const stamped = Date.parse(`${measured?.deviceTime ?? ''}Z`);
    expect(shown - stamped).toBeLessThan(1_000);
  });

  it.each(both)(
    '$device.id, $order: loses nothing when the link breaks at any step',
    async ({ device, order }) => {
      const bench = new Bench(device, new ManualClock(), { habits: { order } });
      await bench.measure(1);
      const { heard } = await bench.converse();
      for (let cutBefore = 0; cutBefore < heard.operations.length; cutBefore += 1) {
        const broken = new Bench(device, new ManualClock(), { habits: { order } });
        const measured = await broken.measure(records);
        const first = await broken.converse({ cutBefore });
        const second = await broken.converse();
        const arrived = [...first.heard.readings, ...second.heard.readings].map(identityOf);
        expect(sorted(arrived), `cut before ${cutBefore}`).toEqual(
          sorted(measured.map(identityOf)),
        );
      }
    },
  );

  it.each(storing)('$id: a memory read five times is each record once', async (device) => {
    const bench = new Bench(device, new ManualClock(), { habits: { sends: 'all' } });
    const measured = await bench.measure(records);
    const arrived: string[] = [];
    for (let time = 0; time < 5; time += 1) {
      const { heard } = await bench.converse();
      expect(heard.readings).toHaveLength(records);
      arrived.push(...heard.readings.map(identityOf));
    }
    expect(sorted(arrived)).toEqual(sorted(measured.map(identityOf)));
  });

  it.each(storing)(
    '$id: one that leaves after every second value is read in the end',
    async (device) => {
      const bench = new Bench(device, new ManualClock());
      const measured = await bench.measure(records);
      bench.virtual.faults.cutAfterValues = 2;
      const arrived: string[] = [];
      for (let time = 0; time < 3; time += 1) {
        const { heard } = await bench.converse();
        expect(heard.readings.length).toBeLessThanOrEqual(2);
        arrived.push(...heard.readings.map(identityOf));
      }
      bench.virtual.faults.cutAfterValues = null;
      const { heard } = await bench.converse();
      arrived.push(...heard.readings.map(identityOf));
      expect(sorted(arrived)).toEqual(sorted(measured.map(identityOf)));
    },
  );

  it.each(storing)('$id: one that sends rubbish for ever is left', async (device) => {
    const bench = new Bench(device, new ManualClock());
    await bench.measure(1);
    bench.virtual.faults.rubbish = true;
    const { error, heard } = await bench.converse();
    expect(error).toBeInstanceOf(CodedError);
    expect(heard.refusals.length).toBeGreaterThan(0);
    expect(heard.refusals.length).toBeLessThan(100);
  });

  it.each(storing)('$id: two equal measurements stay two', async (device) => {
    const clock = new ManualClock();
    const bench = new Bench(device, clock);
    const [first] = await bench.measure(1);
    await clock.advance(toTheMinute.includes(device.profile.name) ? 60_000 : 40_000);
    bench.virtual.record({ kind: first!.kind, values: first!.values });
    const { heard } = await bench.converse();
    expect(sorted(heard.readings.map(identityOf))).toHaveLength(2);
  });
});
