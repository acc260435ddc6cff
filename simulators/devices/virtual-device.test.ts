import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { device as ua651 } from '@hemma/protocols/devices/and-ua-651ble.js';
import { recognise } from '@hemma/protocols/devices/recognise.js';
import { createLog } from '@hemma/runtime/log.js';
import { describe, expect, it } from 'vitest';
import { Bench, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Air } from '../radio/air.js';
import { seededRandom } from '../radio/random.js';
import { VirtualGattDevice, createVirtualDevice } from './virtual-device.js';

const gattDevices = catalogue.filter((device): device is GattDevice => device.transport === 'gatt');
const serialDevices = catalogue.filter(
  (device): device is SerialDevice => device.transport === 'serial',
);
const address = '02:00:00:00:00:01';

describe('a virtual device of every catalogue entry', () => {
  it.each(gattDevices)('$id: has what its model has, and fits on the air', (device) => {
    const clock = new ManualClock();
    const log = createLog('air', 'silent');
    const air = new Air({ clock, log, random: seededRandom(1) });
    const virtual = createVirtualDevice(device, { clock, address, serialNumber: '123456' });
    const peripheral = virtual.attach(air);
    expect(peripheral.advertisingData.length).toBeLessThanOrEqual(31);
    const { name, services } = virtual.definition.advertising;
    if (device.recognition.onlyBySettings !== true)
      expect(recognise({ name, services }, catalogue)?.id).toBe(device.id);
    const reading = virtual.record(takenWith(device.kind, 1));
    expect(reading.failure).toBeNull();
    expect(reading.values).not.toEqual([]);
  });

  it.each(serialDevices)('$id: measures', (device) => {
    const options = { clock: new ManualClock(), serialNumber: '501493200' };
    const virtual = createVirtualDevice(device, options);
    expect(virtual.record(takenWith(device.kind, 1)).failure).toBeNull();
  });

  it.each(catalogue.filter(({ transport }) => transport === 'none'))(
    '$id: is not there, as nobody can speak with it',
    (device) => {
      const options = { clock: new ManualClock(), serialNumber: '1' };
      expect(() => createVirtualDevice(device, options)).toThrow(TypeError);
      expect(device.ladder).toBe('decodes');
    },
  );

  it('is not there for a profile that nobody has written one for', () => {
    const device: GattDevice = { ...ua651, profile: { ...ua651.profile, name: 'spirometer' } };
    const options = { clock: new ManualClock(), address, serialNumber: '1' };
    expect(() => new VirtualGattDevice(device, options)).toThrow(TypeError);
  });
});

describe('advertising', () => {
  it('begins with a measurement and ends after a minute', async () => {
    const bench = new Bench(ua651, new ManualClock());
    expect(bench.server.advertising).toBe(false);
    bench.virtual.record(takenWith('bp_monitor', 1));
    expect(bench.server.advertising).toBe(true);
    await bench.clock.advance(61_000);
    expect(bench.server.advertising).toBe(false);
    bench.virtual.wake();
    expect(bench.server.advertising).toBe(true);
  });

  it('goes on after a link that broke, and not after everything is told', async () => {
    const bench = new Bench(ua651, new ManualClock());
    bench.virtual.record(takenWith('bp_monitor', 1));
    await bench.converse({ cutBefore: 2 });
    expect(bench.server.advertising).toBe(true);
    await bench.converse();
    expect(bench.server.advertising).toBe(false);
  });
});

describe('a measurement while the gateway is connected', () => {
  it('is indicated at once by a monitor that stays', async () => {
    const bench = new Bench(ua651, new ManualClock(), { habits: { leaves: false } });
    const talking = bench.converse();
    void bench.clock.sleep(3_000).then(() => bench.virtual.record(takenWith('bp_monitor', 1)));
    const { heard } = await talking;
    expect(heard.readings).toHaveLength(1);
  });

  it('is not lost when it comes while the monitor is about to leave', async () => {
    const bench = new Bench(ua651, new ManualClock());
    bench.virtual.record(takenWith('bp_monitor', 1));
    const talking = bench.converse();
    void bench.clock.sleep(700).then(() => bench.virtual.record(takenWith('bp_monitor', 2)));
    const { heard } = await talking;
    expect(heard.readings).toHaveLength(2);
  });
});

describe('the memory of a device', () => {
  it('has what was measured in the past, with the time of then by its own clock', async () => {
    const clock = new ManualClock();
    const bench = new Bench(ua651, clock, { clockError: { aheadMs: 60_000 } });
    const then = clock.wall().ms - 10 * 86_400_000;
    const past = bench.virtual.record(takenWith('bp_monitor', 1), then);
    expect(past.deviceTime).toBe('2026-01-05T09:01:00');
    const { heard } = await bench.converse();
    expect(heard.readings).toEqual([past]);
  });

  it('makes room for new records when it is full', () => {
    const bench = new Bench(ua651, new ManualClock());
    const start = bench.clock.wall().ms - 3_000 * 60_000;
    for (let i = 0; i < 2_001; i += 1) {
      bench.virtual.record(takenWith('bp_monitor', i % 9), start + i * 60_000);
    }
    expect(bench.virtual.store.all()).toHaveLength(2_000);
  });
});
