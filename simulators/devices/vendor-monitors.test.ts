import { device as microlife } from '@hemma/protocols/devices/microlife-bp3gy1-2n.js';
import { device as omron } from '@hemma/protocols/devices/omron-hem-7142t2.js';
import { device as x4 } from '@hemma/protocols/devices/omron-hem-7155t-esl.js';
import { device as yonker } from '@hemma/protocols/devices/yonker-yk-ibpa1.js';
import { omronCommandsUuid, omronUnlockUuid } from '@hemma/protocols/profiles/omron-memory.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf, settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { DirectGattConversation, DirectGattServer } from './direct-conversation.js';

const minute = 60_000;

/** What a device does with every write to one of its characteristics, instead of what it would do. */
function deafened(bench: Bench, uuid: string): DirectGattServer {
  const services = bench.virtual.definition.services.map((service) => ({
    ...service,
    characteristics: service.characteristics.map((one) =>
      one.uuid === uuid ? { ...one, onWrite: () => undefined } : one,
    ),
  }));
  const server = new DirectGattServer({ ...bench.virtual.definition, services });
  bench.virtual.serve(server);
  return server;
}

async function converse(bench: Bench, server: DirectGattServer) {
  const { clock, virtual } = bench;
  const conversation = new DirectGattConversation(server, { clock });
  const ended = virtual.device.profile.converse(conversation).then(
    () => null,
    (error: unknown) => error,
  );
  const error = await settle(clock, ended);
  conversation.leave();
  return { heard: conversation.heard, error };
}

describe('a Microlife monitor', () => {
  it('tells a memory that needs many pieces', async () => {
    const bench = new Bench(microlife, new ManualClock());
    for (let i = 0; i < 99; i += 1) {
      bench.virtual.record(takenWith('bp_monitor', i));
      await bench.clock.advance(minute);
    }
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toHaveLength(99);
    expect(new Set(heard.readings.map(identityOf)).size).toBe(99);
  });

  it('is read all the same when the time at home is not known', async () => {
    const bench = new Bench(microlife, new ManualClock(), { clockError: { aheadMs: 60 * minute } });
    await bench.measure(2);
    const { heard, error } = await bench.converse({ localTime: () => null });
    expect(error).toBeNull();
    expect(heard.readings).toHaveLength(2);
    expect(heard.operations.filter((one) => one.startsWith('write'))).toHaveLength(3);
  });

  it('says whose record it is', async () => {
    const bench = new Bench(microlife, new ManualClock());
    await bench.measure(1);
    const { heard } = await bench.converse();
    expect(heard.readings.map(({ userSlot }) => userSlot)).toEqual([1]);
  });

  it('ends in a timeout when it answers nothing', async () => {
    const bench = new Bench(microlife, new ManualClock());
    await bench.measure(1);
    const { error, heard } = await converse(bench, deafened(bench, 'fff2'));
    expect(error).toMatchObject({ code: 'device_timeout' });
    expect(heard.readings).toEqual([]);
  });
});

describe('an Omron monitor with a memory', () => {
  it('stays closed without the exchange that opens it', async () => {
    const bench = new Bench(omron, new ManualClock());
    await bench.measure(1);
    const { error, heard } = await converse(bench, deafened(bench, omronUnlockUuid));
    expect(error).toMatchObject({ code: 'device_refused' });
    expect(heard.readings).toEqual([]);
    expect(heard.operations.filter((one) => one === `write ${omronCommandsUuid}`)).toEqual([]);
  });

  it('gives the newest records of a memory that has gone round', async () => {
    const bench = new Bench(omron, new ManualClock());
    const measured = await bench.measure(9);
    for (let i = 0; i < 9; i += 1) {
      await bench.clock.advance(minute);
      measured.push(bench.virtual.record(takenWith('bp_monitor', i)));
    }
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.refusals).toEqual([]);
    expect(heard.readings).toEqual(measured.slice(-14));
  });

  it('tells its clock as it is, and keeps it', async () => {
    const bench = new Bench(omron, new ManualClock(), { clockError: { aheadMs: 60 * minute } });
    const [measured] = await bench.measure(1);
    const { heard } = await bench.converse();
    expect(heard.deviceClocks).toHaveLength(1);
    expect(heard.deviceClocks[0]?.slice(0, 16)).toBe(measured?.deviceTime?.slice(0, 16));
    const later = await bench.converse();
    expect(later.heard.deviceClocks[0]?.slice(0, 13)).toBe(heard.deviceClocks[0]?.slice(0, 13));
  });

  it('says whose record it is where it has two users', async () => {
    const bench = new Bench(x4, new ManualClock());
    await bench.measure(2);
    const { heard } = await bench.converse();
    expect(heard.readings.map(({ userSlot }) => userSlot)).toEqual([1, 1]);
    // 2 × 60 slots, three at a time; opening, the clock and closing.
    const commands = heard.operations.filter((one) => one === `write ${omronCommandsUuid}`);
    expect(commands).toHaveLength(40 + 3);
  });

  it('keeps a run whose time it does not know, and says so', () => {
    // The capture of the device file with month and day 0.
    const octets = Uint8Array.of(0x65, 0x58, 0x54, 0x1a, 0x13, 0, 0xde, 0x18, 0, 0, 0x4c, 0, 0, 0);
    const reading = omron.profile.read(octets);
    expect(reading).toMatchObject({
      deviceTime: null,
      flags: ['device_clock_unset'],
      sequence: 76,
    });
  });
});

describe('a Yonker monitor', () => {
  it('gives a reading no time of its own, and the same one once', async () => {
    const bench = new Bench(yonker, new ManualClock(), {
      habits: { sends: 'all' },
      clockError: { shows: '2024-11-25T19:18:00' },
    });
    bench.virtual.record(takenWith('bp_monitor', 1));
    const first = await bench.converse();
    const second = await bench.converse();
    const all = [...first.heard.readings, ...second.heard.readings];
    expect(all.map(({ deviceTime }) => deviceTime)).toEqual([null, null]);
    expect(new Set(all.map(identityOf)).size).toBe(1);
  });
});
