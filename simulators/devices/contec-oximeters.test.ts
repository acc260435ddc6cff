import { device as po60 } from '@hemma/protocols/devices/beurer-po60.js';
import { device as cms50Bt } from '@hemma/protocols/devices/contec-cms50d-bt.js';
import { device as cms50v5 } from '@hemma/protocols/devices/contec-cms50d-plus.js';
import { device as cms50v7 } from '@hemma/protocols/devices/contec-cms50d-plus-7.js';
import { toHex } from '@hemma/protocols/bytes.js';
import type { SerialDevice } from '@hemma/protocols/device.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf, settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import type { Taken } from './common/model.js';
import { DirectGattConversation, DirectSerialConversation } from './direct-conversation.js';
import { VirtualLineDevice } from './virtual-device.js';

const oxygen: Taken = {
  kind: 'spo2',
  values: [
    { code: 'spo2', value: 92 },
    { code: 'pulse_rate', value: 81 },
  ],
};

const alive = '7d81af808080808080';

/** A cable on which some commands are lost. */
class Cable extends DirectSerialConversation {
  readonly written: { readonly atMs: number; readonly octets: string }[] = [];
  lost: string | null = null;

  override async write(octets: Uint8Array): Promise<void> {
    const text = toHex(octets);
    this.written.push({ atMs: this.options.clock.monotonicMs(), octets: text });
    if (text !== this.lost) await super.write(octets);
  }
}

function plugged(device: SerialDevice, pieceOctets = 7) {
  const clock = new ManualClock();
  const virtual = new VirtualLineDevice(device, { clock, serialNumber: '123456' });
  const cable = new Cable(virtual, { clock }, pieceOctets);
  const talking = device.profile.converse(cable);
  const end = async () => {
    cable.leave();
    await settle(clock, talking);
    return cable.heard;
  };
  return { clock, virtual, cable, end };
}

const models = [cms50v5, cms50v7];

describe('a CMS50 on its cable', () => {
  it.each(models.flatMap((device) => [1, 64].map((size) => ({ device, size }))))(
    '$device.id: gives one reading for each finger, in pieces of $size',
    async ({ device, size }) => {
      const { clock, virtual, end } = plugged(device, size);
      for (let finger = 0; finger < 2; finger += 1) {
        virtual.record(oxygen);
        await clock.advance(55_000);
      }
      const { readings, refusals } = await end();
      expect(refusals).toEqual([]);
      expect(readings.map(({ values, failure }) => ({ values, failure }))).toEqual([
        { values: oxygen.values, failure: null },
        { values: oxygen.values, failure: null },
      ]);
    },
  );

  it.each(models)('$id: a finger that is out too early is a failed attempt', async (device) => {
    const { clock, virtual, end } = plugged(device);
    virtual.record(oxygen);
    await clock.advance(20_000);
    const { readings } = await end();
    expect(readings.map(({ failure }) => failure)).toEqual(['sensor_off']);
  });

  it('protocol 5: what stands in a sample with the finger out is no value', () => {
    const out = cms50v5.profile.read(Uint8Array.of(0x90, 0, 0, 72, 97));
    expect(out).toMatchObject({ values: [], failure: 'sensor_off' });
  });

  it('protocol 7: is told at least once a second that somebody listens', async () => {
    const { clock, virtual, cable, end } = plugged(cms50v7);
    virtual.record(oxygen);
    await clock.advance(40_000);
    await end();
    const times = cable.written.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(38);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1_010);
    expect(new Set(cable.written.slice(1).map(({ octets }) => octets))).toEqual(new Set([alive]));
  });

  it('protocol 7: stops when that is not heard', async () => {
    const { clock, virtual, cable, end } = plugged(cms50v7);
    cable.lost = alive;
    virtual.record(oxygen);
    await clock.advance(50_000);
    expect((await end()).readings).toEqual([]);
  });

  it.each(models)('$id: a line without an oximeter is left', async (device) => {
    const clock = new ManualClock();
    const nothing = {
      onOpened: () => undefined,
      onOctets: () => undefined,
      onClosed: () => undefined,
    };
    const cable = new Cable(nothing, { clock });
    await settle(clock, device.profile.converse(cable));
    expect(cable.heard.readings).toEqual([]);
  });
});

describe('a CMS50D-BT', () => {
  it('gives one reading for a finger, and is left', async () => {
    const bench = new Bench(cms50Bt, new ManualClock());
    const measured = bench.virtual.record(oxygen);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toEqual([measured]);
    expect(heard.refusals).toEqual([]);
  });

  it('gives a failed attempt when the finger is out too early', async () => {
    const bench = new Bench(cms50Bt, new ManualClock());
    bench.virtual.record(oxygen);
    await bench.clock.advance(38_000);
    const { heard } = await bench.converse();
    expect(heard.readings.map(({ failure, values }) => ({ failure, values }))).toEqual([
      { failure: 'sensor_off', values: [] },
    ]);
  });

  it.each([0, 4, 12])('gives no number when the link breaks before step %d', async (cutBefore) => {
    const bench = new Bench(cms50Bt, new ManualClock());
    bench.virtual.record(oxygen);
    const { heard } = await bench.converse({ cutBefore });
    expect(heard.readings.flatMap(({ values }) => values)).toEqual([]);
  });

  it('is left when it only sends rubbish', async () => {
    const bench = new Bench(cms50Bt, new ManualClock());
    bench.virtual.faults.rubbish = true;
    bench.virtual.record(oxygen);
    const { error } = await bench.converse();
    expect(error).toMatchObject({ code: 'device_rubbish' });
  });
});

/** Hears what is written, too. */
class Listening extends DirectGattConversation {
  readonly written: string[] = [];

  override async write(characteristic: string, octets: Uint8Array): Promise<void> {
    this.written.push(toHex(octets));
    await super.write(characteristic, octets);
  }
}

describe('a PO60', () => {
  it('gives a memory of several batches, and is never told to delete', async () => {
    const bench = new Bench(po60, new ManualClock());
    for (let batch = 0; batch < 5; batch += 1) await bench.measure(5);
    const conversation = new Listening(bench.server, { clock: bench.clock });
    await settle(bench.clock, po60.profile.converse(conversation));
    expect(conversation.heard.readings).toHaveLength(25);
    expect(new Set(conversation.heard.readings.map(identityOf)).size).toBe(25);
    expect(conversation.written).toEqual(['900515', '990019', '99011a', '99011a']);
  });

  it('has the same readings when their places have moved', async () => {
    const bench = new Bench(po60, new ManualClock(), { habits: { order: 'newest-first' } });
    await bench.measure(3);
    const before = (await bench.converse()).heard.readings.map(identityOf);
    await bench.clock.advance(60_000);
    bench.virtual.record(takenWith('pulse_oximeter', 5));
    const after = (await bench.converse()).heard.readings.map(identityOf);
    expect(after.slice(1)).toEqual(before);
  });
});
