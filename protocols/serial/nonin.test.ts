import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { noninContinuous } from '../vendor/nonin-ble-oximetry.js';
import { sum8 } from './fields.js';
import { noninCommand, type NoninCommand } from './nonin-commands.js';
import { noninDf13 } from './nonin-df13.js';
import { noninDf2 } from './nonin-df2.js';
import { noninDf8 } from './nonin-df8.js';
import { noninDf2Frame, noninDf7Frame } from './nonin-frame.js';
import { noninMemory } from './nonin-memory.js';
import { noninDf2Packet, noninDf7Packet, type NoninPacket } from './nonin-packet.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

const spo2 = fc.option(fc.integer({ min: 0, max: 100 }));
const pulseRate = fc.option(fc.integer({ min: 0, max: 321 }));
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 19));

describe('Nonin data format 8', () => {
  it('takes the two high bits of the pulse rate from the first octet', () => {
    expect(noninDf8.decode(fromHex('82256121'))).toMatchObject({
      pulseRate: 2 * 128 + 0x25,
      smartPoint: true,
      lowBattery: true,
    });
  });

  it('reads every status bit', () => {
    expect(noninDf8.decode(fromHex('bc486129'))).toStrictEqual({
      outOfTrack: true,
      lowPerfusion: true,
      marginalPerfusion: true,
      artifact: true,
      pulseRate: 72,
      spo2: 97,
      smartPoint: true,
      sensorAlarm: true,
      lowBattery: true,
    });
  });

  it.each([
    ['SpO2 above 100', '80486520', 'range'],
    ['a pulse rate above 321', '83006120', 'range'],
    ['bit 7 in a later octet', '80c86120', 'sync'],
    ['three octets', '804861', 'truncated'],
    ['five octets', '8048612000', 'length'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => noninDf8.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('decodes what it encodes', () => {
    const value = fc.record({
      outOfTrack: fc.boolean(),
      lowPerfusion: fc.boolean(),
      marginalPerfusion: fc.boolean(),
      artifact: fc.boolean(),
      pulseRate,
      spo2,
      smartPoint: fc.boolean(),
      sensorAlarm: fc.boolean(),
      lowBattery: fc.boolean(),
    });
    fc.assert(
      fc.property(value, (one) => {
        expect(noninDf8.decode(noninDf8.encode(one))).toEqual(one);
      }),
    );
  });
});

describe('Nonin data format 13', () => {
  const good = '0002000d000e20251102083000000200004800613b03';

  it('accepts a longer data section, as the specification allows', () => {
    const data = `${good.slice(12, 40)}abcd`;
    const check = sum8(fromHex(data)).toString(16);
    const longer = `0002000d0010${data}${check}03`;
    expect(noninDf13.decode(fromHex(longer))).toStrictEqual(noninDf13.decode(fromHex(good)));
  });

  it('tells a stored value and a low battery', () => {
    const stored = noninDf13.encode({
      packetType: 13,
      timestamp: '2024-02-29T23:59:59',
      smartPoint: false,
      noMeasurement: false,
      fromMemory: true,
      lowBattery: true,
      pulseRate: 300,
      spo2: 88,
    });
    expect(toHex(stored).slice(12, 40)).toBe('20240229235959000011012c0058');
    expect(noninDf13.decode(stored)).toMatchObject({ fromMemory: true, lowBattery: true });
  });

  it.each([
    ['a digit above 9 in the date', '0002000d000e20251a02083000000200004800614403', 'range'],
    ['the 30th of February', '0002000d000e20250230083000000200004800615a03', 'range'],
    ['another packet type', '0002000e000e20251102083000000200004800613b03', 'format'],
    ['no end mark', '0002000d000e20251102083000000200004800613b04', 'sync'],
    ['a shorter data section', '0002000d000220253b03', 'length'],
    ['a frame that is cut off', '0002000d000e2025110208', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => noninDf13.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('decodes what it encodes', () => {
    const value = fc.record({
      packetType: fc.constant(13 as const),
      timestamp: time,
      smartPoint: fc.boolean(),
      noMeasurement: fc.boolean(),
      fromMemory: fc.boolean(),
      lowBattery: fc.boolean(),
      pulseRate,
      spo2,
    });
    fc.assert(
      fc.property(value, (one) => {
        expect(noninDf13.decode(noninDf13.encode(one))).toEqual(one);
      }),
    );
  });
});

describe('Nonin data formats 2 and 7', () => {
  const packet: fc.Arbitrary<NoninPacket> = fc.record({
    pulseRate,
    spo2,
    firmwareRevision: fc.nat(255),
    timer: fc.nat(0x3fff),
    smartPoint: fc.boolean(),
    lowBattery: fc.boolean(),
    spo2Display: spo2,
    spo2Fast: spo2,
    spo2BeatToBeat: spo2,
    pulseRateExtended: pulseRate,
    spo2Extended: spo2,
    spo2ExtendedDisplay: spo2,
    pulseRateDisplay: pulseRate,
    pulseRateExtendedDisplay: pulseRate,
    sensorAlarm: fc.boolean(),
    firstPleth: fc.nat(255),
  });

  it.each([
    ['2', noninDf2Packet],
    ['7', noninDf7Packet],
  ])('a packet of format %s decodes as it was encoded', (_, codec) => {
    fc.assert(
      fc.property(packet, (one) => {
        expect(codec.decode(codec.encode(one))).toEqual(one);
      }),
    );
  });

  it('reads yellow perfusion and every other status bit', () => {
    expect(noninDf2Frame.decode(fromHex('01ff0a050f'))).toStrictEqual({
      sync: true,
      perfusion: 'yellow',
      sensorDisconnect: true,
      artifact: true,
      outOfTrack: true,
      sensorAlarm: true,
      pleth: 10,
      data: 5,
    });
    expect(noninDf7Frame.decode(fromHex('c81234acba'))).toMatchObject({
      sensorDisconnect: true,
      sensorAlarm: true,
      pleth: 0x1234,
      data: 0xac,
    });
  });

  const sample: NoninPacket = {
    ...fc.sample(packet, { seed: 7, numRuns: 1 })[0]!,
    pulseRate: 72,
    spo2: 97,
  };
  const octets = noninDf2Packet.encode(sample);

  it('refuses a packet whose SYNC is not in the first frame only', () => {
    const shifted = Uint8Array.of(...octets.subarray(5), ...octets.subarray(0, 5));
    expect(() => noninDf2Packet.decode(shifted)).toThrow(because('sync'));
  });

  it('finds the packets of a stretch behind lost octets and a damaged frame', () => {
    const damaged = octets.slice();
    damaged[63] = 0x55;
    const stretch = Uint8Array.of(...octets.subarray(17), ...octets, ...damaged, ...octets);
    const found = noninDf2.decode(stretch);
    expect(found.packets).toHaveLength(2);
    expect(found.packets[0]).toMatchObject({ pulseRate: 72, spo2: 97 });
    expect(found.incompleteFrames).toBe(0);
  });

  it('refuses octets without any frame', () => {
    expect(() => noninDf2.decode(fromHex('00112233445566'))).toThrow(because('sync'));
    expect(() => noninDf2.decode(fromHex('01'))).toThrow(because('truncated'));
  });
});

describe('Nonin memory playback', () => {
  it('undoes the compression of high pulse rates', () => {
    expect(noninMemory.decode(fromHex('c96029dc5f3bff60 5f'))).toStrictEqual({
      triplets: [
        { pulseRate: 202, spo2: 96 },
        { pulseRate: 240, spo2: 95 },
        { pulseRate: null, spo2: 96 },
      ],
    });
  });

  it('reports damaged and impossible triplets as entries of their own', () => {
    expect(noninMemory.decode(fromHex('486100 4861a9 48c008'))).toStrictEqual({
      triplets: [{ error: 'checksum' }, { pulseRate: 72, spo2: 97 }, { error: 'range' }],
    });
  });

  it('marks a session whose header is not there', () => {
    expect(noninMemory.decode(fromHex('fefdfb 4861a9'))).toStrictEqual({
      triplets: [{ marker: 'sessionHeader' }, { pulseRate: 72, spo2: 97 }],
    });
  });

  it('keeps the header of a session apart from its samples', () => {
    const memory = {
      triplets: [
        {
          marker: 'sessionHeader',
          secondsPerSample: 4,
          format: 2,
          currentTime: '2025-11-02T08:30:05',
          stopTime: '2025-11-02T07:00:00',
          startTime: '2025-11-01T22:15:30',
        },
        { pulseRate: 58, spo2: 94 },
        { pulseRate: null, spo2: null },
      ],
    } as const;
    const octets = noninMemory.encode(memory);
    expect(toHex(octets.subarray(0, 12))).toBe('fefdfb0402060b020d191e37');
    expect(noninMemory.decode(octets)).toStrictEqual(memory);
  });

  it('refuses a playback that is cut off within a triplet', () => {
    expect(() => noninMemory.decode(fromHex('4861a948'))).toThrow(because('truncated'));
  });
});

describe('Nonin commands', () => {
  const commands: readonly (readonly [string, NoninCommand])[] = [
    ['06', { octets: 1, meaning: 'ack' }],
    ['15', { octets: 1, meaning: 'nak' }],
    [
      '02f206190b02081e0503',
      { octets: 10, meaning: 'dateTimeResponse', dateTime: '2025-11-02T08:30:05' },
    ],
    [
      '44544d3d3235313130323038333030350d0a',
      { octets: 18, meaning: 'setDateTime', dateTime: '2025-11-02T08:30:05' },
    ],
    ['604e4d490644544d3f0d0a', { octets: 11, meaning: 'getDateTime' }],
    ['604e4d49074453523d340d0a', { octets: 12, meaning: 'setStorageRate', mode: 4 }],
    ['4d434c210d0a', { octets: 6, meaning: 'clearMemory' }],
    ['714e4d49', { octets: 4, meaning: 'memoryPlayback' }],
    ['624e4d49', { octets: 4, meaning: 'measurementComplete' }],
    ['654e4d49', { octets: 4, meaning: 'getSecurityMode' }],
    ['027002020d03', { octets: 6, meaning: 'setDataFormat', dataFormat: 13 }],
    [
      '634e4d4902',
      { octets: 5, meaning: 'deleteBonds', which: 'allExceptCurrent', successResponse: 'e300' },
    ],
  ];

  it.each(commands)('%s', (hex, command) => {
    expect(noninCommand.decode(fromHex(hex))).toStrictEqual(command);
    expect(toHex(noninCommand.encode(command))).toBe(hex);
  });

  it.each([
    ['a wrong check octet', '0270040208219e03', 'checksum'],
    ['a data format that does not exist', '027002022003', 'range'],
    ['an unknown op code', '02330003', 'opcode'],
    ['a missing end mark', '02720004', 'sync'],
    ['a wrong length', '02720103', 'truncated'],
    ['a level 2 command without its end', '44544d3f', 'format'],
    ['an unknown level 2 command', '5858580d0a', 'opcode'],
    ['a security mode that does not exist', '644e4d4903', 'range'],
    ['the 13th month', '027206190d02081e0503', 'range'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => noninCommand.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('cannot be said in a length that no form has', () => {
    expect(() => noninCommand.encode({ octets: 5, meaning: 'getDateTime' })).toThrow(
      because('length'),
    );
  });
});

describe('Nonin continuous oximetry over BLE', () => {
  it('allows octets behind the tenth when the length says so', () => {
    const longer = noninContinuous.decode(fromHex('0c121b00210100610048beef'));
    expect(longer).toMatchObject({
      correctCheck: true,
      weakSignal: true,
      spo2: 97,
      batteryVolt: 2.7,
    });
  });

  it.each([
    ['a length octet that is wrong', '0b541d01f4000c610048', 'truncated'],
    ['more octets than announced', '0a541d01f4000c61004800', 'length'],
    ['SpO2 above 100', '0a541d01f4000c650048', 'range'],
    ['no octets', '', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => noninContinuous.decode(fromHex(hex))).toThrow(because(reason));
  });
});
