import { device as pulseOximeter } from '@hemma/protocols/devices/generic-pulse-oximeter.js';
import { device as nonin3230 } from '@hemma/protocols/devices/nonin-3230.js';
import { device as polar } from '@hemma/protocols/devices/polar-h10.js';
import { describe, expect, it } from 'vitest';
import { Bench, settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { DirectGattConversation } from './direct-conversation.js';

const spo2 = {
  kind: 'spo2',
  values: [
    { code: 'spo2', value: 93 },
    { code: 'pulse_rate', value: 71 },
  ],
} as const;

describe('an oximeter that streams', () => {
  const streaming = { habits: { spotChecks: false } };

  it('gives one reading for each finger', async () => {
    const bench = new Bench(pulseOximeter, new ManualClock(), streaming);
    bench.virtual.record(spo2);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings.map(({ values, failure }) => ({ values, failure }))).toEqual([
      { values: spo2.values, failure: null },
    ]);
  });

  it('gives a failed attempt when the link breaks before the value is settled', async () => {
    const bench = new Bench(pulseOximeter, new ManualClock(), streaming);
    bench.virtual.record(spo2);
    bench.virtual.faults.cutAfterValues = 8;
    const { heard } = await bench.converse();
    expect(heard.readings.map(({ failure }) => failure)).toEqual(['sensor_off']);
  });
});

describe('a spot check while the gateway is connected', () => {
  it('comes by itself', async () => {
    const clock = new ManualClock();
    const bench = new Bench(pulseOximeter, clock, { habits: { leaves: false } });
    const talking = bench.converse();
    void clock.sleep(5_000).then(() => bench.virtual.record(spo2));
    const { heard } = await talking;
    expect(heard.readings).toHaveLength(1);
  });
});

describe('an oximeter with nothing to tell', () => {
  it.each([pulseOximeter, nonin3230])('$id: leaves by itself', async (device) => {
    const clock = new ManualClock();
    const bench = new Bench(device, clock);
    const conversation = new DirectGattConversation(bench.server, { clock });
    const begun = clock.monotonicMs();
    await settle(clock, device.profile.converse(conversation));
    expect(clock.monotonicMs() - begun).toBeLessThan(15_000);
    expect(conversation.heard.readings).toEqual([]);
    expect(bench.server.connected).toBe(false);
  });
});

describe('a Nonin 3230', () => {
  it('gives the SmartPoint value of a run, once, and may go then', async () => {
    const bench = new Bench(nonin3230, new ManualClock());
    bench.virtual.record(spo2);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toHaveLength(1);
    expect(heard.readings[0]).toMatchObject({ failure: null, flags: [] });
    expect(heard.readings[0]?.values.slice(0, 2)).toEqual(spo2.values);
    expect(heard.operations.at(-1)).toBe('write 1447af800d6011e288b60002a5d5c51b');
    const later = await bench.converse();
    expect(later.heard.readings).toEqual([]);
  });

  it('gives a run that nobody heard as a stored spot check with its time', async () => {
    const clock = new ManualClock();
    const bench = new Bench(nonin3230, clock);
    const measured = bench.virtual.record(spo2);
    await clock.advance(60_000);
    for (let time = 0; time < 2; time += 1) {
      const { heard } = await bench.converse();
      expect(heard.readings).toEqual([measured]);
    }
  });

  it('gives a failed attempt when the finger is pulled out early', async () => {
    const clock = new ManualClock();
    const bench = new Bench(nonin3230, clock);
    bench.virtual.record(spo2);
    bench.virtual.faults.cutAfterValues = 7;
    const { heard } = await bench.converse();
    expect(heard.readings.map(({ failure }) => failure)).toEqual(['sensor_off']);
  });
});

describe('a chest strap', () => {
  it('gives the median of a minute, in octets that say the same', async () => {
    const bench = new Bench(polar, new ManualClock());
    bench.virtual.record(takenWith('heart_rate_monitor', 3));
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toHaveLength(1);
    const [reading] = heard.readings;
    expect(reading?.values).toEqual([{ code: 'pulse_rate', value: 63 }]);
    expect(polar.profile.read(reading!.octets).values).toEqual(reading?.values);
  });

  it('gives nothing when it was worn for some seconds only', async () => {
    const bench = new Bench(polar, new ManualClock());
    bench.virtual.record(takenWith('heart_rate_monitor', 3));
    bench.virtual.faults.cutAfterValues = 14;
    const { heard } = await bench.converse();
    expect(heard.readings).toEqual([]);
  });

  it('is not listened to for ever when it is not on the skin', async () => {
    const clock = new ManualClock();
    const bench = new Bench(polar, clock, { habits: { leaves: false } });
    const conversation = new DirectGattConversation(bench.server, { clock });
    const talking = polar.profile.converse(conversation);
    const off = polar.profile.write({ ...offSkin() });
    const feed = async (): Promise<void> => {
      for (let second = 0; second < 240 && bench.server.connected; second += 1) {
        await clock.sleep(1_000);
        await bench.server.notify('2a37', off).catch(() => undefined);
      }
    };
    const feeding = feed();
    await settle(clock, talking);
    conversation.leave();
    await settle(clock, feeding);
    expect(conversation.heard.readings).toEqual([]);
    expect(conversation.heard.operations.filter((one) => one === 'next')).toHaveLength(180);
  });
});

function offSkin() {
  return polar.profile.read(Uint8Array.of(0x04, 0x00));
}
