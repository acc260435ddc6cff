import { device as cgm } from '@hemma/protocols/devices/generic-cgm.js';
import { toHex } from '@hemma/protocols/bytes.js';
import { cgmFeature } from '@hemma/protocols/gatt/cgm-feature.js';
import { cgmMeasurement } from '@hemma/protocols/gatt/cgm-measurement.js';
import { cgmFeatureUuid, cgmMeasurementUuid } from '@hemma/protocols/profiles/cgm.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf, settle } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { DirectGattConversation } from './direct-conversation.js';

const e2eCrcFeature = 1 << 12;

/** A sensor with another feature value; its records are sent as they are given. */
class OtherFeature extends DirectGattConversation {
  feature: Uint8Array | null = null;

  override async read(characteristic: string): Promise<Uint8Array> {
    const octets = await super.read(characteristic);
    return characteristic === cgmFeatureUuid ? (this.feature ?? octets) : octets;
  }
}

async function converse(bench: Bench, feature: { readonly raw: number; readonly type: number }) {
  const conversation = new OtherFeature(bench.server, { clock: bench.clock });
  conversation.feature = cgmFeature.encode({
    ...{ features: [], sampleLocation: 5, e2eCrc: 'notSupported' },
    ...feature,
  });
  await settle(bench.clock, cgm.profile.converse(conversation));
  conversation.leave();
  return conversation.heard;
}

describe('a continuous glucose sensor', () => {
  it('gives every record of a notification that holds several', async () => {
    const bench = new Bench(cgm, new ManualClock(), { habits: { packsRecords: true } });
    const measured = await bench.measure(5);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toEqual(measured);
    expect(new Set(heard.readings.map(identityOf)).size).toBe(5);
  });

  it('dates a record by the start of its session', async () => {
    const bench = new Bench(cgm, new ManualClock());
    await bench.measure(3);
    const { heard } = await bench.converse();
    const times = heard.readings.map(({ deviceTime }) => deviceTime);
    expect(times).toEqual(['2026-01-15T10:00:00', '2026-01-15T11:00:00', '2026-01-15T12:00:00']);
    expect(heard.readings.map(({ sequence }) => sequence)).toEqual([0, 60, 120]);
  });

  it('has records without a check refused where it checks its values', async () => {
    const bench = new Bench(cgm, new ManualClock());
    await bench.measure(2);
    const [first] = bench.virtual.store.all();
    const [record] = cgmMeasurement.decode(first!.reading.octets).records;
    const checked = cgmMeasurement.encode({ records: [{ ...record!, e2eCrc: 'valid' }] });
    Object.assign(first!.reading, { octets: checked });
    const heard = await converse(bench, { raw: e2eCrcFeature, type: 9 });
    expect(heard.refusals).toEqual([`${cgmMeasurementUuid} crc`]);
    expect(heard.readings.map(({ octets }) => toHex(octets))).toEqual([toHex(checked)]);
  });

  it('has a record with a wrong check refused, and takes the others', async () => {
    const bench = new Bench(cgm, new ManualClock());
    await bench.measure(3);
    const [, second] = bench.virtual.store.all();
    const [record] = cgmMeasurement.decode(second!.reading.octets).records;
    const checked = cgmMeasurement.encode({ records: [{ ...record!, e2eCrc: 'valid' }] });
    checked[2] = (checked[2] ?? 0) ^ 1;
    Object.assign(second!.reading, { octets: checked });
    const { heard } = await bench.converse();
    expect(heard.refusals).toEqual([`${cgmMeasurementUuid} crc`]);
    expect(heard.readings).toHaveLength(2);
  });

  it('marks what is measured with control solution', async () => {
    const bench = new Bench(cgm, new ManualClock());
    await bench.measure(1);
    const heard = await converse(bench, { raw: 0, type: 10 });
    expect(heard.readings.map(({ flags }) => flags)).toEqual([['control_solution']]);
  });

  it('has no number beyond the range of the device', async () => {
    const bench = new Bench(cgm, new ManualClock());
    bench.virtual.record({ kind: 'glucose', values: [], failure: 'out_of_device_range' });
    const { heard } = await bench.converse();
    expect(heard.readings).toMatchObject([{ values: [], failure: 'out_of_device_range' }]);
  });
});
