import { device as ultra2 } from '@hemma/protocols/devices/lifescan-onetouch-ultra2.js';
import { device as ultraEasy } from '@hemma/protocols/devices/lifescan-onetouch-ultra-easy.js';
import { device as taidoc } from '@hemma/protocols/devices/taidoc-td-42xx.js';
import type { SerialDevice } from '@hemma/protocols/device.js';
import { ascii, asciiOctets } from '@hemma/protocols/serial/fields.js';
import { describe, expect, it } from 'vitest';
import { identityOf, settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import type { ClockError } from './common/device-clock.js';
import { DirectSerialConversation } from './direct-conversation.js';
import { VirtualLineDevice } from './virtual-device.js';

const minuteMs = 60_000;
const records = 5;
const meters = [ultra2, ultraEasy, taidoc];
const pieces = [1, 7, 1_000];

/** Hears what is written, and loses the line before the write of that number. */
class Cable extends DirectSerialConversation {
  readonly written: Uint8Array[] = [];
  cutBefore: number | null = null;

  override async write(octets: Uint8Array): Promise<void> {
    if (this.written.length === this.cutBefore) this.leave();
    this.written.push(octets.slice());
    await super.write(octets);
  }
}

async function meter(device: SerialDevice, clockError: ClockError = {}) {
  const clock = new ManualClock();
  const virtual = new VirtualLineDevice(device, { clock, clockError, serialNumber: '501493200' });
  const measured = [];
  for (let i = 0; i < records; i += 1) {
    await clock.advance(minuteMs);
    measured.push(virtual.record(takenWith('glucose_meter', i)));
  }
  /** One conversation: until the meter rests, or the error that ended it. */
  async function read(pieceOctets = 7, cutBefore: number | null = null) {
    const conversation = new Cable(virtual, { clock }, pieceOctets);
    conversation.cutBefore = cutBefore;
    const ended = device.profile.converse(conversation).then(
      () => null,
      (fault: unknown) => fault,
    );
    await clock.advance(30_000);
    conversation.leave();
    const error = await settle(clock, ended);
    return { heard: conversation.heard, written: conversation.written, error };
  }
  return { clock, virtual, measured, read };
}

const sorted = (identities: Iterable<string>): string[] => [...new Set(identities)].sort();

describe('a meter on a cable', () => {
  it.each(meters.flatMap((device) => pieces.map((size) => ({ device, size }))))(
    '$device.id: gives its whole memory once, in pieces of $size',
    async ({ device, size }) => {
      const { measured, read } = await meter(device);
      const { heard, error } = await read(size);
      expect(error).toBeNull();
      expect(heard.refusals).toEqual([]);
      expect(heard.readings).toEqual(measured);
    },
  );

  it.each(meters)('$id: loses nothing when its cable is pulled at any step', async (device) => {
    const { written } = await (await meter(device)).read();
    for (let cutBefore = 0; cutBefore < written.length; cutBefore += 1) {
      const { measured, read } = await meter(device);
      const first = await read(7, cutBefore);
      const second = await read();
      const arrived = [...first.heard.readings, ...second.heard.readings].map(identityOf);
      expect(sorted(arrived), `cut before ${cutBefore}`).toEqual(sorted(measured.map(identityOf)));
    }
  });

  it.each(meters)('$id: a memory read five times is each result once', async (device) => {
    const { measured, read } = await meter(device);
    const arrived: string[] = [];
    for (let time = 0; time < 5; time += 1) {
      arrived.push(...(await read()).heard.readings.map(identityOf));
    }
    expect(arrived).toHaveLength(5 * records);
    expect(sorted(arrived)).toEqual(sorted(measured.map(identityOf)));
  });

  it.each(meters)('$id: tells its clock before it is set, and is right then', async (device) => {
    const { clock, virtual, read } = await meter(device, { shows: '2016-01-01T00:00:00' });
    const { heard } = await read();
    expect(heard.deviceClocks).toHaveLength(1);
    expect(heard.deviceClocks[0]).toMatch(/^2016-01-01T/);
    const [shown] = (await read()).heard.deviceClocks;
    const home = Date.parse(virtual.deviceClock.now());
    expect(Math.abs(Date.parse(shown ?? '') - home)).toBeLessThan(2 * minuteMs);
    expect(shown?.slice(0, 10)).toBe(new Date(clock.wall().ms).toISOString().slice(0, 10));
  });

  it.each(meters)('$id: one that answers in rubbish is left', async (device) => {
    const { virtual, read } = await meter(device);
    virtual.faults.rubbish = true;
    const { error, heard } = await read();
    expect(error).toMatchObject({ code: 'device_timeout' });
    expect(heard.readings).toEqual([]);
  });

  it.each(meters)('$id: beyond the range there is no figure', async (device) => {
    const { virtual, read } = await meter(device);
    virtual.record({ kind: 'glucose', values: [], failure: 'out_of_device_range' });
    const last = (await read()).heard.readings.at(-1);
    expect(last).toMatchObject({ failure: 'out_of_device_range', values: [] });
  });

  it.each(meters)('$id: is read again while it stays on its cable', async (device) => {
    const { clock, virtual } = await meter(device);
    const conversation = new Cable(virtual, { clock });
    const talking = device.profile.converse(conversation);
    await clock.advance(14 * minuteMs);
    expect(conversation.heard.readings).toHaveLength(records);
    await clock.advance(2 * minuteMs);
    // The conversation is over by itself; the port part begins the next one.
    await expect(talking).resolves.toBeUndefined();
  });

  it.each([ultra2, taidoc])('$id: tells before and after a meal apart', async (device) => {
    const { virtual, read } = await meter(device);
    const meal = (value: string) => ({ glucose_meal: value });
    const taken = takenWith('glucose_meter', 7);
    virtual.record({ ...taken, context: meal('preprandial') });
    virtual.record({ ...taken, context: meal('postprandial') });
    const contexts = (await read()).heard.readings.slice(records).map(({ context }) => context);
    expect(contexts).toEqual([meal('preprandial'), meal('postprandial')]);
  });
});

describe('a OneTouch Ultra2', () => {
  it('tells mg/dL although it is set to mmol/L', async () => {
    const { read } = await meter(ultra2);
    const conversation = await read();
    expect(conversation.heard.readings[0]?.values).toEqual([{ code: 'glucose', value: 5 }]);
    expect(ascii(conversation.heard.readings[0]!.octets)).toContain('"  090 "');
  });

  it('marks control solution', async () => {
    const { virtual, read } = await meter(ultra2);
    virtual.record({ ...takenWith('glucose_meter', 8), flags: ['control_solution'] });
    expect((await read()).heard.readings.at(-1)?.flags).toEqual(['control_solution']);
  });

  it('costs one damaged line that line only', async () => {
    const { virtual, measured, read } = await meter(ultra2);
    const octets = virtual.store.all()[2]!.reading.octets;
    octets.set(asciiOctets('9'), ascii(octets).indexOf('"  ') + 3);
    const { heard, error } = await read();
    expect(error).toBeNull();
    expect(heard.refusals).toEqual(['checksum']);
    expect(heard.readings).toEqual(measured.filter((_, place) => place !== 2));
  });

  it('is never told to forget', async () => {
    const { read } = await meter(ultra2);
    const commands = (await read()).written.map((octets) => ascii(octets.subarray(2)).trim());
    expect(commands.map((text) => text.slice(0, 3))).toEqual(['DM@', 'DMF', 'DMP']);
  });
});

describe('a TaiDoc meter', () => {
  it('has a result with an unknown mark refused, and the others taken', async () => {
    const { virtual, measured, read } = await meter(taidoc);
    virtual.store.all()[1]!.reading.octets[7] = 0xc0;
    const { heard } = await read();
    expect(heard.refusals).toEqual(['unknown mark']);
    expect(heard.readings).toEqual(measured.filter((_, place) => place !== 1));
  });
});
