import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { device as ua651 } from '@hemma/protocols/devices/and-ua-651ble.js';
import { device as uc352 } from '@hemma/protocols/devices/and-uc-352ble.js';
import { device as bm85 } from '@hemma/protocols/devices/beurer-bm85.js';
import { device as omron } from '@hemma/protocols/devices/omron-hem-9200t.js';
import type { GattDevice } from '@hemma/protocols/device.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { wallTime } from './common/device-clock.js';

const minute = 60_000;

describe('the order in which a device is spoken to', () => {
  it('UA-651BLE: reads the clock, sets it, then turns the indications on', async () => {
    const bench = new Bench(ua651, new ManualClock(), { clockError: { aheadMs: minute } });
    await bench.measure(1);
    const { heard } = await bench.converse();
    const relevant = heard.operations.filter((operation) => /2a08|2a35/.test(operation));
    expect(relevant).toEqual(['read 2a08', 'write 2a08', 'read 2a08', 'subscribe 2a35']);
  });

  it('UC-352BLE: Service Changed first, then the clock, then the weight', async () => {
    const bench = new Bench(uc352, new ManualClock(), { clockError: { aheadMs: minute } });
    await bench.measure(1);
    const { heard } = await bench.converse();
    const relevant = heard.operations.filter((operation) => /2a05|write|23434101/.test(operation));
    expect(relevant).toEqual([
      'subscribe 2a05',
      'write 2a08',
      'subscribe 234341011fe41eff80cb00ff78297d8b',
    ]);
  });

  it.each([
    ['sets a clock that is 11 minutes off, after the indications are on', 11, true],
    ['leaves a clock that is 9 minutes off', 9, false],
  ])('HEM-9200T: %s', async (_, minutes, written) => {
    const bench = new Bench(omron, new ManualClock(), {
      clockError: { aheadMs: minutes * minute },
    });
    await bench.measure(1);
    const { heard } = await bench.converse();
    const relevant = heard.operations.filter((operation) => /(write|subscribe)/.test(operation));
    const course = ['subscribe 2a2b', 'subscribe 2a35', ...(written ? ['write 2a2b'] : [])];
    expect(relevant).toEqual(course);
    expect(heard.readings).toHaveLength(1);
  });

  it('BM85: rests before its indications are turned on', async () => {
    const bench = new Bench(bm85, new ManualClock());
    await bench.measure(1);
    const { heard } = await bench.converse();
    expect(heard.waits).toEqual([100]);
    expect(heard.readings[0]?.values).toHaveLength(4);
  });
});

const gattDevices = catalogue.filter((device): device is GattDevice => device.transport === 'gatt');

describe('a profile says what it does with the clock', () => {
  it.each(gattDevices)('$id: $profile.clock', async (device) => {
    const clock = new ManualClock();
    const bench = new Bench(device, clock, { clockError: { aheadMs: 60 * minute } });
    await bench.measure(1);
    const { heard } = await bench.converse();
    const of = (kind: string): number =>
      heard.operations.findIndex((operation) => new RegExp(`^${kind} 2a(08|2b)`).test(operation));
    const [told, set] = [of('subscribe'), of('write')];
    const isRight = Math.abs(millisecondsAhead(bench)) < minute;
    const setWhen = told >= 0 && told < set ? 'set-when-told' : 'set';
    const whenRead = isRight ? setWhen : 'read';
    const unread = isRight ? 'set-unread' : 'untouched';
    expect(heard.deviceClocks.length > 0 ? whenRead : unread).toBe(device.profile.clock);
  });
});

/** How far the virtual device's clock is ahead of the home's. */
function millisecondsAhead({ clock, virtual }: Bench): number {
  const home = wallTime(clock.wall().ms, 'Europe/Stockholm');
  return Date.parse(`${virtual.deviceClock.now()}Z`) - Date.parse(`${home}Z`);
}

describe('a clock that is wrong', () => {
  it('is told as it was, and right from then on', async () => {
    const clock = new ManualClock();
    const bench = new Bench(ua651, clock, { clockError: { shows: '2016-01-01T00:00:00' } });
    await bench.measure(1);
    const first = await bench.converse();
    expect(first.heard.deviceClocks[0]).toMatch(/^2016-01-01T01/);
    expect(first.heard.readings[0]?.deviceTime).toBe('2016-01-01T01:00:00');
    await bench.measure(1);
    const second = await bench.converse();
    expect(second.heard.readings[0]?.deviceTime).toMatch(/^2026-01-15T1/);
  });

  it('runs away as fast as it was told to', async () => {
    const clock = new ManualClock();
    const bench = new Bench(ua651, clock, { clockError: { gainsMsPerDay: 24 * minute } });
    const before = bench.virtual.deviceClock.now();
    await clock.advance(60 * minute);
    const shown = Date.parse(`${bench.virtual.deviceClock.now()}Z`) - Date.parse(`${before}Z`);
    expect(shown).toBe(61 * minute);
  });
});

describe('what becomes of a clock', () => {
  const keeping = gattDevices.filter(({ profile }) => profile.clock === 'set');
  const writes = ({ operations }: { operations: readonly string[] }): string[] =>
    operations.filter((one) => /^write 2a(08|2b)/.test(one));

  it.each(keeping)('$id: right, so it is left alone', async (device) => {
    const bench = new Bench(device, new ManualClock());
    await bench.measure(1);
    const { heard } = await bench.converse();
    expect([heard.clocksKept, writes(heard)]).toEqual([['right'], []]);
  });

  it.each(keeping)('$id: off, so it is set and read back', async (device) => {
    const bench = new Bench(device, new ManualClock(), { clockError: { aheadMs: minute } });
    await bench.measure(1);
    expect((await bench.converse()).heard.clocksKept).toEqual(['set']);
  });

  it.each(keeping)('$id: not set while the gateway does not know the time', async (device) => {
    const bench = new Bench(device, new ManualClock(), { clockError: { aheadMs: minute } });
    await bench.measure(1);
    const { heard } = await bench.converse({ localTime: () => null });
    expect([heard.clocksKept, writes(heard)]).toEqual([['time-unknown'], []]);
  });

  it('is told when a device does not keep the time that it is given', async () => {
    const bench = new Bench(ua651, new ManualClock(), { clockError: { aheadMs: minute } });
    bench.virtual.deviceClock.set = () => undefined;
    await bench.measure(1);
    expect((await bench.converse()).heard.clocksKept).toEqual(['not-taken']);
  });

  it.each([
    [5, 'right'],
    [6, 'set'],
  ])('that is %d seconds off is %s', async (seconds, outcome) => {
    const clock = new ManualClock();
    const bench = new Bench(ua651, clock, { clockError: { aheadMs: seconds * 1_000 } });
    await bench.measure(1);
    expect((await bench.converse()).heard.clocksKept).toEqual([outcome]);
  });

  it.each(gattDevices)('$id: is never set between two records', async (device) => {
    const bench = new Bench(device, new ManualClock(), { clockError: { aheadMs: 60 * minute } });
    await bench.measure(3);
    const { heard } = await bench.converse();
    const whole = heard.readings.length;
    for (const { readings } of heard.clockChanges) expect([0, whole]).toContain(readings);
  });
});

describe('a memory that is read five times, its clock set in between', () => {
  it.each(gattDevices.filter(({ profile }) => profile.clock !== 'untouched'))(
    '$id: gives each record one identity',
    async (device) => {
      const clock = new ManualClock();
      const bench = new Bench(device, clock, {
        habits: { sends: 'all' },
        clockError: { aheadMs: 90 * minute },
      });
      await bench.measure(3);
      const whole = new Set((await bench.converse()).heard.readings.map(identityOf));
      expect(whole.size).toBeGreaterThan(0);
      for (let i = 0; i < 4; i += 1) {
        bench.virtual.deviceClock.set(`201${i}-02-03T04:05:06`);
        bench.virtual.wake();
        await clock.advance(minute);
        const again = (await bench.converse()).heard.readings.map(identityOf);
        for (const identity of again) expect(whole).toContain(identity);
      }
    },
  );
});
