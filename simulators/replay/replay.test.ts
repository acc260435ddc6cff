import { describe, expect, it } from 'vitest';
import { toHex } from '@hemma/protocols/bytes.js';
import type { GattDevice, SerialDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { SerialTrace } from '@hemma/protocols/trace/format.js';
import { tryGattDevice, trySerialDevice } from '@hemma/protocols/trace/trial.js';
import { Bench, settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Recording, recordedGatt, recordedSerial } from '../../tooling/testkit/recording.js';
import {
  DirectGattConversation,
  DirectGattServer,
  DirectSerialConversation,
} from '../devices/direct-conversation.js';
import { VirtualLineDevice } from '../devices/virtual-device.js';
import { ReplayedGattDevice } from './gatt-replay.js';
import { ReplayedSerialDevice } from './serial-replay.js';

const gattDevices = catalogue.filter((one): one is GattDevice => one.transport === 'gatt');
const serialDevices = catalogue.filter((one): one is SerialDevice => one.transport === 'serial');

/** What tells readings apart, with their order. */
const told = (readings: readonly Reading[]): string[] =>
  readings.map(({ octets, companionOctets, ...rest }) =>
    JSON.stringify({ ...rest, octets: toHex(octets), companion: toHex(companionOctets) }),
  );

describe.each(gattDevices)('a recording of $id', (device) => {
  const recorded = async () => {
    const clock = new ManualClock();
    const bench = new Bench(device, clock);
    await bench.measure(3);
    const recording = new Recording(clock);
    const conversation = new DirectGattConversation(bench.server, { clock });
    await settle(clock, device.profile.converse(recordedGatt(conversation, recording)));
    recording.add({ event: 'end', reason: bench.server.connected ? 'closed' : 'lost' });
    const { services } = bench.virtual.definition;
    const uuids = services.flatMap((service) => service.characteristics.map(({ uuid }) => uuid));
    return { trace: recording.gattTrace(uuids), readings: told(conversation.heard.readings) };
  };

  it('gives the same readings, every time it is connected to', async () => {
    const { trace, readings } = await recorded();
    expect(readings.length).toBeGreaterThan(0);
    const clock = new ManualClock();
    const replayed = new ReplayedGattDevice(trace, { clock });
    const server = new DirectGattServer(replayed.definition);
    replayed.serve(server);
    for (let round = 0; round < 2; round += 1) {
      // A recording of a clock that was right has no answer to its being set.
      const localTime = () => null;
      const conversation = new DirectGattConversation(server, { clock, localTime });
      await settle(clock, device.profile.converse(conversation));
      conversation.leave();
      expect(told(conversation.heard.readings)).toEqual(readings);
      expect(conversation.heard.refusals).toEqual([]);
      expect(server.advertising).toBe(true);
    }
  });

  it('is read by its device file as by the gateway', async () => {
    const { trace, readings } = await recorded();
    const trial = await tryGattDevice(device, trace);
    expect(told(trial.readings)).toEqual(readings);
    expect(trial.refusals).toEqual([]);
  });
});

describe.each(serialDevices)('a recording of $id', (device) => {
  /** One measurement, and the time that it takes. */
  const measuringMs = 90_000;

  const converse = async (
    virtual: VirtualLineDevice | ReplayedSerialDevice,
    clock: ManualClock,
  ) => {
    const recording = new Recording(clock);
    const conversation = new DirectSerialConversation(virtual, { clock });
    // A device that only answers has to have it in its memory by then.
    if (virtual instanceof VirtualLineDevice) {
      virtual.record(takenWith(device.kind, 2), clock.wall().ms);
    }
    const talking = device.profile.converse(recordedSerial(conversation, recording));
    await clock.advance(5_000);
    if (virtual instanceof VirtualLineDevice) virtual.record(takenWith(device.kind, 1));
    await clock.advance(measuringMs);
    conversation.leave();
    await settle(clock, talking);
    recording.add({ event: 'end', reason: 'lost' });
    return { trace: recording.serialTrace(), readings: told(conversation.heard.readings) };
  };
  const recorded = (): Promise<{ trace: SerialTrace; readings: string[] }> => {
    const clock = new ManualClock();
    return converse(new VirtualLineDevice(device, { clock, serialNumber: '501493200' }), clock);
  };

  it('gives the same readings again', async () => {
    const { trace, readings } = await recorded();
    expect(readings.length).toBeGreaterThan(0);
    const clock = new ManualClock();
    const replayed = new ReplayedSerialDevice(trace, { clock, againAfterMs: null });
    expect((await converse(replayed, clock)).readings).toEqual(readings);
  });

  it('is read by its device file as by the gateway', async () => {
    const { trace, readings } = await recorded();
    const trial = await trySerialDevice(device, trace);
    expect(told(trial.readings)).toEqual(readings);
    expect(trial.refusals).toEqual([]);
  });
});

describe('a recorded device that says everything by itself', () => {
  it('says it again after a while where nobody sees that the port is opened', async () => {
    const clock = new ManualClock();
    const recording = new Recording(clock);
    recording.add({ event: 'in', octets: '0102' });
    const replayed = new ReplayedSerialDevice(recording.serialTrace(), {
      clock,
      againAfterMs: 60_000,
    });
    const heard: string[] = [];
    replayed.onOpened((octets) => heard.push(toHex(octets)));
    await clock.advance(150_000);
    expect(heard).toEqual(['0102', '0102', '0102']);
    replayed.onClosed();
    await clock.advance(150_000);
    expect(heard).toHaveLength(3);
  });
});
