import { device as andesfit } from '@hemma/protocols/devices/andesfit-spirometer.js';
import { device as contec } from '@hemma/protocols/devices/contec-sp.js';
import type { GattDevice } from '@hemma/protocols/device.js';
import { contecSpirometer } from '@hemma/protocols/vendor/contec-spirometer.js';
import { fromHex, toHex } from '@hemma/protocols/bytes.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf, settle } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import type { Taken } from './common/model.js';
import { DirectGattConversation } from './direct-conversation.js';

const blown = (fev1: number): Taken => ({
  kind: 'spirometry',
  values: [
    { code: 'fev1', value: fev1 },
    { code: 'pef', value: 417 },
  ],
});

/** Hears what is written, too. */
class Listening extends DirectGattConversation {
  readonly written: string[] = [];

  override async write(characteristic: string, octets: Uint8Array): Promise<void> {
    this.written.push(toHex(octets));
    await super.write(characteristic, octets);
  }
}

async function listen(bench: Bench, device: GattDevice) {
  const conversation = new Listening(bench.server, { clock: bench.clock });
  await settle(bench.clock, device.profile.converse(conversation));
  conversation.leave();
  return conversation;
}

describe('a Contec spirometer', () => {
  it('is never told to delete, in whole or in part', async () => {
    const bench = new Bench(contec, new ManualClock());
    await bench.measure(3);
    const { written, heard } = await listen(bench, contec);
    expect(heard.readings).toHaveLength(3);
    expect(written.filter((octets) => octets.startsWith('93'))).toEqual([]);
    expect(written.filter((octets) => octets.startsWith('917f'))).toEqual([]);
    expect(written.at(-1)).toBe('917e0110');
    const commands = ['8000', '83', '8202', '9414', '9010', '91000112', '9212', '91010113'];
    expect(commands.every((one, at) => written[at]?.startsWith(one))).toBe(true);
  });

  it('passes over other manoeuvres, and takes the blows around them', async () => {
    const bench = new Bench(contec, new ManualClock());
    const [first, second, third] = await bench.measure(3);
    const [, other] = bench.virtual.store.all();
    const vitalCapacity = { ...contecSpirometer.decode(other!.reading.octets), measureType: 2 };
    other!.reading.octets.set(contecSpirometer.encode(vitalCapacity));
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.refusals).toEqual([]);
    expect(heard.readings).toEqual([first, third]);
    expect(second?.failure).toBeNull();
  });

  it('gives peak flow in L/min', () => {
    const reading = contec.profile.read(fromHex(contec.samples[0]!.octets));
    expect(reading.values.find(({ code }) => code === 'pef')).toEqual({ code: 'pef', value: 324 });
  });
});

describe('an AndesFit spirometer', () => {
  it('is asked until it is ready, and gives its newest result', async () => {
    const bench = new Bench(andesfit, new ManualClock());
    const talking = bench.converse();
    void bench.clock.sleep(20_000).then(() => bench.virtual.record(blown(2.41)));
    const { heard, error } = await talking;
    expect(error).toBeNull();
    expect(heard.readings.map(({ values, deviceTime }) => ({ values, deviceTime }))).toEqual([
      { values: blown(2.41).values, deviceTime: null },
    ]);
    expect(heard.operations.filter((one) => one === 'write ff0b').length).toBeGreaterThan(40);
  });

  it('gives the same result once, however often the link is cut', async () => {
    const whole = new Bench(andesfit, new ManualClock());
    whole.virtual.record(blown(2.41));
    const { heard } = await whole.converse();
    for (let cutBefore = 0; cutBefore < heard.operations.length; cutBefore += 1) {
      const bench = new Bench(andesfit, new ManualClock());
      bench.virtual.record(blown(2.41));
      const first = await bench.converse({ cutBefore });
      const second = await bench.converse();
      const all = [...first.heard.readings, ...second.heard.readings].map(identityOf);
      expect(new Set(all).size, `cut before ${cutBefore}`).toBe(1);
    }
  });

  it('keeps two equal blows apart', async () => {
    const bench = new Bench(andesfit, new ManualClock());
    const all: string[] = [];
    for (let blow = 0; blow < 2; blow += 1) {
      bench.virtual.record(blown(2.41));
      const { heard } = await bench.converse();
      all.push(...heard.readings.map(identityOf));
    }
    expect(new Set(all).size).toBe(2);
  });

  it('is left after two minutes without a blow', async () => {
    const bench = new Bench(andesfit, new ManualClock());
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toEqual([]);
    expect(heard.operations.filter((one) => one === 'write ff0b')).toHaveLength(240);
  });
});
