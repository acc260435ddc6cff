import { device as caresens } from '@hemma/protocols/devices/isens-caresens-n.js';
import { device as genericMeter } from '@hemma/protocols/devices/generic-glucose-meter.js';
import { device as guide } from '@hemma/protocols/devices/roche-accu-chek-guide.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { reportAllRecords } from '@hemma/protocols/gatt/record-access-control-point.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { AttRefusal } from '../radio/gatt-server.js';
import type { Taken } from './common/model.js';
import type { Heard } from './common/heard.js';

const fasting: Taken = {
  kind: 'glucose',
  values: [{ code: 'glucose', value: 7.2 }],
  context: { glucose_meal: 'fasting', glucose_tester: 'self' },
};

const sequences = (readings: readonly Reading[]): (number | null)[] =>
  readings.map(({ sequence }) => sequence);
const requests = (heard: Heard): number =>
  heard.operations.filter((operation) => operation === 'write 2a52').length;

describe('a glucose meter and the records known from before', () => {
  it('asks only from the last known record on', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    await bench.measure(9);
    const { heard } = await bench.converse({ lastSequence: 7 });
    expect(sequences(heard.readings)).toEqual([7, 8, 9]);
  });

  it('misses none of a meter that tells its newest first and is cut off', async () => {
    const bench = new Bench(genericMeter, new ManualClock(), { habits: { order: 'newest-first' } });
    await bench.measure(9);
    bench.virtual.faults.cutAfterValues = 3;
    const early = await bench.converse();
    expect(sequences(early.heard.readings)).toEqual([9, 8, 7]);
    expect(early.error).not.toBeNull();
    bench.virtual.faults.cutAfterValues = null;
    // A session that ended early leaves no number to go on from.
    const whole = await bench.converse();
    expect(whole.error).toBeNull();
    expect(new Set(sequences(whole.heard.readings)).size).toBe(9);
    await bench.measure(1);
    const next = await bench.converse({ lastSequence: 9 });
    expect(sequences(next.heard.readings)).toEqual([10, 9]);
  });

  it('asks for everything when the last known record is not there any more', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    await bench.measure(9);
    bench.virtual.store.clear();
    await bench.measure(2);
    const { heard } = await bench.converse({ lastSequence: 9 });
    expect(sequences(heard.readings)).toEqual([1, 2]);
  });

  it('asks nothing more of an empty meter', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toEqual([]);
    expect(requests(heard)).toBe(1);
  });

  it('never deletes: everything is still there after any number of conversations', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    const measured = await bench.measure(4);
    for (let time = 0; time < 3; time += 1) {
      const { heard } = await bench.converse();
      expect(heard.readings).toEqual(measured);
    }
    expect(bench.virtual.store.all()).toHaveLength(4);
  });
});

describe('a glucose record and its context', () => {
  it.each(['interleaved', 'last'] as const)(
    'are joined when contexts come %s',
    async (contexts) => {
      const bench = new Bench(genericMeter, new ManualClock(), { habits: { contexts } });
      bench.virtual.record(fasting);
      await bench.measure(1);
      bench.virtual.record({ ...fasting, context: { glucose_meal: 'bedtime' } });
      const { heard, error } = await bench.converse();
      expect(error).toBeNull();
      const bySequence = [...heard.readings].sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
      expect(bySequence.map(({ context }) => context)).toEqual([
        { glucose_meal: 'fasting', glucose_tester: 'self' },
        {},
        { glucose_meal: 'bedtime' },
      ]);
      expect(bySequence[0]?.companionOctets).not.toHaveLength(0);
    },
  );

  it('is taken without one that never comes, under the same identity', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    bench.virtual.record(fasting);
    bench.virtual.faults.losesContexts = true;
    const without = await bench.converse();
    bench.virtual.faults.losesContexts = false;
    const complete = await bench.converse();
    expect(without.heard.readings.map(({ context }) => context)).toEqual([{}]);
    expect(without.heard.readings.map(identityOf)).toEqual(complete.heard.readings.map(identityOf));
  });

  it('is taken without one when the link breaks in between', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    bench.virtual.record(fasting);
    bench.virtual.faults.cutAfterValues = 1;
    const { heard, error } = await bench.converse();
    expect(error).toMatchObject({ code: 'device_timeout' });
    expect(heard.readings).toHaveLength(1);
  });
});

describe('a meter that measures ketone too', () => {
  it('gives no number for a record whose context never comes', async () => {
    const bench = new Bench(caresens, new ManualClock());
    bench.virtual.record(fasting);
    bench.virtual.faults.losesContexts = true;
    const { heard } = await bench.converse();
    expect(heard.readings).toMatchObject([{ values: [], failure: 'implausible' }]);
  });

  it('is asked again when the link breaks before the context', async () => {
    const bench = new Bench(caresens, new ManualClock());
    bench.virtual.record(fasting);
    bench.virtual.faults.cutAfterValues = 1;
    expect((await bench.converse()).heard.readings).toEqual([]);
    bench.virtual.faults.cutAfterValues = null;
    const { heard } = await bench.converse();
    expect(heard.readings).toMatchObject([{ failure: null, context: fasting.context }]);
  });
});

describe('what a glucose meter says beside values', () => {
  it('keeps control solution apart', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    bench.virtual.record({ ...fasting, context: {}, flags: ['control_solution'] });
    const { heard } = await bench.converse();
    expect(heard.readings[0]?.flags).toEqual(['control_solution']);
  });

  it('tells HI and LO as a failed attempt', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    bench.virtual.record({ kind: 'glucose', values: [], failure: 'out_of_device_range' });
    const { heard } = await bench.converse();
    expect(heard.readings).toMatchObject([{ failure: 'out_of_device_range', values: [] }]);
  });

  it('sets the clock of a meter that takes it, and of no other', async () => {
    const wrong = { clockError: { shows: '2000-01-01T00:00:00' } };
    const generic = new Bench(genericMeter, new ManualClock(), wrong);
    const roche = new Bench(guide, new ManualClock(), wrong);
    for (const bench of [generic, roche]) {
      await bench.measure(1);
      const { heard } = await bench.converse();
      expect(heard.deviceClocks[0]).toMatch(/^2000-01-01T0/);
      expect(heard.readings[0]?.deviceTime).toMatch(/^2000-01-01T01/);
    }
    expect(generic.virtual.deviceClock.now()).toMatch(/^2026-01-15T/);
    expect(roche.virtual.deviceClock.now()).toMatch(/^2000-01-01T/);
  });

  it('does not set a clock while the home does not know the time', async () => {
    const bench = new Bench(genericMeter, new ManualClock(), {
      clockError: { shows: '2000-01-01T00:00:00' },
    });
    const { heard } = await bench.converse({ localTime: () => null });
    expect(heard.deviceClocks).toHaveLength(1);
    expect(bench.virtual.deviceClock.now()).toMatch(/^2000-01-01T/);
  });
});

describe('the record access control point of a virtual meter', () => {
  it('wants indications to be on first, and one procedure at a time', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    await bench.measure(3);
    const point = bench.server.characteristic('2a52');
    expect(() => point?.onWrite?.(reportAllRecords())).toThrow(new AttRefusal(0xfd));
    const { error } = await bench.converse();
    expect(error).toBeNull();
  });

  it('refuses to delete', async () => {
    const bench = new Bench(genericMeter, new ManualClock());
    await bench.measure(3);
    const answers: Uint8Array[] = [];
    const deleting = {
      ...genericMeter,
      profile: {
        ...genericMeter.profile,
        converse: async (conversation: Parameters<typeof genericMeter.profile.converse>[0]) => {
          await conversation.subscribe('2a52');
          await conversation.write('2a52', Uint8Array.of(2, 1));
          const answer = await conversation.next(1_000);
          if (answer === null) throw new CodedError('device_timeout');
          answers.push(answer.octets);
        },
      },
    };
    const other = new Bench(deleting, bench.clock);
    await other.measure(2);
    await other.converse();
    expect(answers).toEqual([Uint8Array.of(6, 0, 2, 2)]);
    expect(other.virtual.store.all()).toHaveLength(2);
  });
});
