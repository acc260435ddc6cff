import { device as monitor } from '@hemma/protocols/devices/and-ua-767pbt.js';
import { device as bluetoothScale } from '@hemma/protocols/devices/tanita-hd-351bt.js';
import { device as analyser } from '@hemma/protocols/devices/tanita-sc-240.js';
import { device as physicianScale } from '@hemma/protocols/devices/tanita-wb-3000.js';
import { fromHex } from '@hemma/protocols/bytes.js';
import type { SerialDevice } from '@hemma/protocols/device.js';
import { asciiOctets, sum8 } from '@hemma/protocols/serial/fields.js';
import { describe, expect, it } from 'vitest';
import { settle, takenWith } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { DirectSerialConversation } from './direct-conversation.js';
import { VirtualLineDevice } from './virtual-device.js';

/** What a gateway hears that listens while so many measurements are taken. */
async function listen(device: SerialDevice, measurements: number, pieceOctets: number) {
  const clock = new ManualClock();
  const virtual = new VirtualLineDevice(device, { clock, serialNumber: '501493200' });
  const conversation = new DirectSerialConversation(virtual, { clock }, pieceOctets);
  const talking = device.profile.converse(conversation);
  const measured = [];
  for (let i = 0; i < measurements; i += 1) {
    measured.push(virtual.record(takenWith(device.kind, i)));
    await clock.advance(10_000);
  }
  conversation.leave();
  await settle(clock, talking);
  return { measured, heard: conversation.heard };
}

/** What a profile makes of these octets, sent at once. */
async function heardFrom(device: SerialDevice, octets: Uint8Array) {
  const clock = new ManualClock();
  const conversation = new DirectSerialConversation(
    { onOpened: (send) => send(octets), onOctets: () => undefined, onClosed: () => undefined },
    { clock },
  );
  const talking = device.profile.converse(conversation);
  await clock.advance(1_000);
  conversation.leave();
  await settle(clock, talking);
  return conversation.heard;
}

const devices = [monitor, bluetoothScale, analyser, physicianScale];
const pieces = [1, 7, 1_000];

describe('a device that sends telegrams', () => {
  it.each(devices.flatMap((device) => pieces.map((size) => ({ device, size }))))(
    '$device.id: gives each measurement once, in pieces of $size',
    async ({ device, size }) => {
      const { measured, heard } = await listen(device, 4, size);
      expect(heard.readings.filter(({ kind }) => kind !== 'body_composition')).toEqual(measured);
      expect(heard.refusals).toEqual([]);
      expect(heard.operations).toEqual([]);
    },
  );

  it.each(devices)('$id: is not heard by a gateway that comes too late', async (device) => {
    const clock = new ManualClock();
    const virtual = new VirtualLineDevice(device, { clock, serialNumber: '501493200' });
    virtual.record(takenWith(device.kind, 1));
    await clock.advance(1_000);
    const conversation = new DirectSerialConversation(virtual, { clock });
    const talking = device.profile.converse(conversation);
    await clock.advance(10_000);
    conversation.leave();
    await settle(clock, talking);
    expect(conversation.heard.readings).toEqual([]);
  });

  it.each(devices)('$id: ends when it only sends rubbish', async (device) => {
    const clock = new ManualClock();
    const rubbish = new Uint8Array(30_000).fill(0xa5);
    const conversation = new DirectSerialConversation(
      { onOpened: (send) => send(rubbish), onOctets: () => undefined, onClosed: () => undefined },
      { clock },
    );
    const ended = device.profile.converse(conversation).catch((error: unknown) => error);
    expect(await settle(clock, ended)).toMatchObject({ code: 'device_rubbish' });
  });
});

/** A telegram with its check sum. */
function telegram(text: string): Uint8Array {
  const covered = `{0,16,~0,1,MO,"SC-240",${text},`;
  const check = sum8(asciiOctets(covered)).toString(16).toUpperCase().padStart(2, '0');
  return asciiOctets(`${covered}CS,${check}\r\n`);
}

describe('a Tanita telegram', () => {
  it('is refused with a wrong check sum, and the next one is read', async () => {
    const good = telegram('Wk,82.7');
    const bad = good.slice();
    bad[26] = 0x39;
    const heard = await heardFrom(analyser, Uint8Array.of(...bad, ...good));
    expect(heard.refusals).toEqual(['checksum']);
    expect(heard.readings.map(({ values }) => values[0]?.value)).toEqual([82.7]);
  });

  it('is a weight and a composition where the fat was measured', async () => {
    const heard = await heardFrom(analyser, telegram('Hm,170,Wk,82.7,FW,18.6,MI,28.6'));
    expect(heard.readings.map(({ kind, values }) => ({ kind, first: values[0] }))).toEqual([
      { kind: 'body_weight', first: { code: 'body_weight', value: 82.7 } },
      { kind: 'body_composition', first: { code: 'body_fat_percentage', value: 18.6 } },
    ]);
  });

  it('is a weight alone where the fat could not be measured', async () => {
    const heard = await heardFrom(analyser, telegram('Hm,170,Wk,82.7,FW,0.0,MI,28.6'));
    expect(heard.readings.map(({ kind, values }) => ({ kind, values }))).toEqual([
      {
        kind: 'body_weight',
        values: [
          { code: 'body_weight', value: 82.7 },
          { code: 'body_height', value: 170 },
          { code: 'bmi', value: 28.6 },
        ],
      },
    ]);
  });

  it.each([
    ['stones and pounds', 'Ws,11.06.5', 72.8],
    ['pounds', 'Wp,160.5', 72.8],
  ])('in %s is kept in kg', async (_, text, kg) => {
    const heard = await heardFrom(analyser, telegram(text));
    expect(heard.readings.map(({ values }) => values[0]?.value)).toEqual([kg]);
  });

  it('that only recalls a weight is none', async () => {
    const heard = await heardFrom(analyser, asciiOctets('Rg,3972\r\nGg,120\r\n'));
    expect(heard.readings).toEqual([]);
    expect(heard.refusals).toEqual(['no weight of now', 'no weight of now']);
  });
});

describe('an A&D packet', () => {
  const [good] = monitor.samples.map(({ octets }) => fromHex(octets));

  it('tells the serial number, and the time at which it was measured', async () => {
    const heard = await heardFrom(monitor, good!);
    expect(heard.information.serialNumber).toBe('5120800123');
    expect(heard.readings[0]?.deviceTime).toBe('2012-08-08T07:45:30');
  });

  it('is the same with its numbers the other way round', () => {
    const swapped = good!.slice();
    for (const [at, length] of [
      [0, 2],
      [2, 4],
      [6, 2],
      [9, 2],
    ] as const) {
      swapped.set(good!.slice(at, at + length).reverse(), at);
    }
    const reading = monitor.profile.read(swapped);
    expect({ ...reading, octets: good }).toEqual(monitor.profile.read(good!));
  });

  it('of another device of the series is no blood pressure', async () => {
    const scales = good!.slice();
    scales.set([0x41, 0x01], 6);
    const heard = await heardFrom(monitor, Uint8Array.of(...scales, ...good!));
    expect(heard.refusals).toEqual(['another device']);
    expect(heard.readings).toHaveLength(1);
  });
});
