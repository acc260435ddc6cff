import { device as verio } from '@hemma/protocols/devices/lifescan-onetouch-verio-flex.js';
import { verioFrame } from '@hemma/protocols/vendor/onetouch-verio.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';

describe('a OneTouch with Bluetooth LE', () => {
  it.each([true, false])('gives each result once, said twice: %s', async (repeatsAnswers) => {
    const bench = new Bench(verio, new ManualClock(), { habits: { repeatsAnswers } });
    const measured = await bench.measure(5);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toEqual([...measured].reverse());
  });

  it('is asked for the results that are not known yet', async () => {
    const bench = new Bench(verio, new ManualClock());
    const measured = await bench.measure(5);
    const { heard } = await bench.converse({ lastSequence: 3 });
    expect(heard.readings).toEqual(measured.slice(3).reverse());
  });

  it('is asked for everything once it has begun to count anew', async () => {
    const bench = new Bench(verio, new ManualClock());
    await bench.measure(2);
    const { heard } = await bench.converse({ lastSequence: 400 });
    expect(heard.readings.map(({ sequence }) => sequence)).toEqual([2, 1]);
  });

  it('has no result for its mark of no valid reading, and takes the others', async () => {
    const bench = new Bench(verio, new ManualClock());
    const measured = await bench.measure(3);
    bench.virtual.store.all()[1]!.reading.octets.set(noResult());
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.refusals).toHaveLength(1);
    expect(heard.readings.map(identityOf)).toEqual(
      [measured[2], measured[0]].map((one) => identityOf(one!)),
    );
  });

  it('marks control solution', async () => {
    const bench = new Bench(verio, new ManualClock());
    bench.virtual.record({ ...takenWith('glucose_meter', 1), flags: ['control_solution'] });
    const { heard } = await bench.converse();
    expect(heard.readings.map(({ flags }) => flags)).toEqual([['control_solution']]);
  });
});

/** The frame of a record with 0 mg/dL. */
function noResult(): Uint8Array {
  return verioFrame.encode({ prefix: 3, payload: '0674c199300000000000000000'.slice(0, 24) });
}
