import { fromHex } from '@hemma/protocols/bytes.js';
import { device as uc421 } from '@hemma/protocols/devices/and-uc-421ble.js';
import { device as bf720 } from '@hemma/protocols/devices/beurer-bf720.js';
import { bodyCompositionUuid, databaseChangeUuid } from '@hemma/protocols/profiles/user-scale.js';
import { weightMeasurementUuid } from '@hemma/protocols/profiles/weight-scale.js';
import type { GattConversation } from '@hemma/protocols/device.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { describe, expect, it } from 'vitest';
import { Bench, identityOf, settle } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { DirectGattConversation, DirectGattServer } from './direct-conversation.js';

const [weightFrame, compositionFrame] = bf720.samples.map(({ octets }) => fromHex(octets));
/** The weight of the capture with user 2 in it. */
const othersWeight = fromHex('0e783eea07050c12353602ee002607');
/** Fat 19.4 % of user 1: flags, fat, user. */
const namedComposition = fromHex('0400c20001');
const zeroComposition = fromHex('00000000');
const unsuccessful = fromHex('0000ffff');

const kinds = (readings: readonly Reading[]): string[] => readings.map(({ kind }) => kind);

/** A scale that accepts every consent and then sends these frames. */
async function heardFrom(frames: readonly (readonly [string, Uint8Array])[]) {
  const clock = new ManualClock();
  const characteristic = (uuid: string) => ({ uuid, properties: ['indicate'] as const });
  const server: DirectGattServer = new DirectGattServer({
    name: 'BF720',
    address: '02:00:00:00:00:01',
    advertising: { services: [], name: null, flags: 6 },
    services: [
      {
        uuid: '181d',
        characteristics: [
          characteristic(weightMeasurementUuid),
          characteristic(bodyCompositionUuid),
          {
            ...characteristic('2a9f'),
            onWrite: () => {
              void server.indicate('2a9f', fromHex('200201'));
              for (const [uuid, octets] of frames) void server.indicate(uuid, octets);
            },
          },
        ],
      },
    ],
  });
  const conversation = new DirectGattConversation(server, { clock });
  await settle(clock, bf720.profile.converse(conversation satisfies GattConversation));
  return conversation.heard;
}

describe('a scale with users', () => {
  it('gives each weight, and its composition with the time and user of the weight', async () => {
    const bench = new Bench(bf720, new ManualClock());
    const measured = await bench.measure(3);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.refusals).toEqual([]);
    const weights = heard.readings.filter(({ kind }) => kind === 'body_weight');
    const compositions = heard.readings.filter(({ kind }) => kind === 'body_composition');
    expect(weights).toEqual(measured);
    expect(compositions.map(({ deviceTime, userSlot }) => ({ deviceTime, userSlot }))).toEqual(
      measured.map(({ deviceTime }) => ({ deviceTime, userSlot: 1 })),
    );
    expect(compositions.map(({ values }) => values[0]?.value)).toEqual([20, 20.1, 20.2]);
  });

  it('measures each of its samples', async () => {
    const bench = new Bench(bf720, new ManualClock());
    for (const { reading } of bf720.samples) {
      const values = Object.entries(reading.values).map(([code, value]) => ({ code, value }));
      // The codes are those of the sample.
      bench.virtual.record({ kind: reading.kind, values: values as Reading['values'] });
      await bench.clock.advance(60_000);
    }
    const { heard } = await bench.converse();
    expect(heard.refusals).toEqual([]);
    expect(kinds(heard.readings)).toEqual(['body_weight', 'body_weight', 'body_composition']);
  });

  it('is asked in the order that it needs: time, consent, profile, increment', async () => {
    const clockError = { aheadMs: 60_000 };
    const bench = new Bench(bf720, new ManualClock(), { clockError });
    await bench.measure(1);
    const { heard } = await bench.converse();
    const writes = heard.operations.filter((operation) => operation.startsWith('write'));
    expect(writes).toEqual([
      'write 2a2b',
      'write 2a9f',
      'write 2a8e',
      `write ${databaseChangeUuid}`,
    ]);
  });

  it('is turned on after the consent where it sends at that moment', async () => {
    const bench = new Bench(uc421, new ManualClock());
    await bench.measure(2);
    const { heard, error } = await bench.converse();
    expect(error).toBeNull();
    expect(heard.readings).toHaveLength(4);
    const steps = heard.operations.filter((one) => /2a9f|2a9d|2a9c|2a99/.test(one));
    expect(steps).toEqual(['subscribe 2a9f', 'write 2a9f', 'subscribe 2a9d', 'subscribe 2a9c']);
  });

  it.each([
    ['no consent in the settings', null],
    ['the code of somebody else', { user: 1, code: 3753 }],
    ['another user', { user: 2, code: 3752 }],
  ])('tells nothing for %s', async (_, consent) => {
    const bench = new Bench(bf720, new ManualClock());
    await bench.measure(1);
    const { heard, error } = await bench.converse({ consent });
    expect(error).toMatchObject({ code: 'device_refused' });
    expect(heard.readings).toEqual([]);
    const right = await bench.converse();
    expect(right.heard.readings).toHaveLength(2);
  });

  it('loses nothing when the link breaks at any step', async () => {
    const whole = new Bench(bf720, new ManualClock());
    await whole.measure(1);
    const { heard } = await whole.converse();
    for (let cutBefore = 0; cutBefore < heard.operations.length; cutBefore += 1) {
      const bench = new Bench(bf720, new ManualClock());
      const measured = await bench.measure(3);
      const first = await bench.converse({ cutBefore });
      const second = await bench.converse();
      const arrived = [...first.heard.readings, ...second.heard.readings].map(identityOf);
      for (const reading of measured) {
        expect(arrived, `cut before ${cutBefore}`).toContain(identityOf(reading));
      }
    }
  });

  it('is each record once when its memory comes five times', async () => {
    const bench = new Bench(bf720, new ManualClock(), { habits: { sends: 'all' } });
    await bench.measure(3);
    const arrived = new Set<string>();
    for (let time = 0; time < 5; time += 1) {
      const { heard } = await bench.converse();
      for (const reading of heard.readings) arrived.add(identityOf(reading));
    }
    expect(arrived.size).toBe(6);
  });
});

describe('the frames of a scale with users', () => {
  it('join the captured weight and composition', async () => {
    const { readings } = await heardFrom([
      [weightMeasurementUuid, weightFrame!],
      [bodyCompositionUuid, compositionFrame!],
    ]);
    expect(readings.map(({ deviceTime, userSlot }) => ({ deviceTime, userSlot }))).toEqual([
      { deviceTime: '2026-05-12T18:53:54', userSlot: 1 },
      { deviceTime: '2026-05-12T18:53:54', userSlot: 1 },
    ]);
    expect(readings[1]?.values).toEqual([{ code: 'body_fat_percentage', value: 19.4 }]);
  });

  it('pass over a zeroed composition, and keep one that failed as failed', async () => {
    const { readings, refusals } = await heardFrom([
      [weightMeasurementUuid, weightFrame!],
      [bodyCompositionUuid, zeroComposition],
      [bodyCompositionUuid, unsuccessful],
    ]);
    expect(refusals).toEqual([]);
    expect(readings.map(({ kind, failure }) => ({ kind, failure }))).toEqual([
      { kind: 'body_weight', failure: null },
      { kind: 'body_composition', failure: 'aborted' },
    ]);
  });

  it('refuse a composition without its weight', async () => {
    const { readings, refusals } = await heardFrom([[bodyCompositionUuid, compositionFrame!]]);
    expect(readings).toEqual([]);
    expect(refusals).toEqual([`${bodyCompositionUuid} no weight goes with it`]);
  });

  it('never give the composition of one user to another', async () => {
    const { readings, refusals } = await heardFrom([
      [weightMeasurementUuid, othersWeight],
      [bodyCompositionUuid, namedComposition],
    ]);
    expect(kinds(readings)).toEqual(['body_weight']);
    expect(refusals).toHaveLength(1);
  });
});
