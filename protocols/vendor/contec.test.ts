import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import { andesfitSpirometer } from './andesfit-spirometer.js';
import {
  beurerPo60Record,
  contecCommand,
  decodeContecFrame,
  encodeContecSpo2,
} from './contec-seven-bit.js';
import { contecSpirometer } from './contec-spirometer.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('AndesFit spirometer', () => {
  it('reads the short frame of the source', () => {
    expect(andesfitSpirometer.decode(fromHex('dda11203609202ef01'))).toStrictEqual({
      fev1L: 6.58,
      pefLpm: 495,
    });
  });

  it.each([
    ['another length', 'dda112036092', 'length'],
    ['another start', 'aaa11203609202ef01', 'sync'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => andesfitSpirometer.decode(fromHex(hex))).toThrow(because(reason));
  });
});

describe('Contec 7-bit frames', () => {
  it('reads a live frame with the finger in, and the one that says nothing', () => {
    const value = { command: 235, kind: 'spo2', finger: 'in', pulseRate: 127, spo2: 96 } as const;
    expect(decodeContecFrame(encodeContecSpo2(value))).toStrictEqual(value);
    const nothing = { ...value, finger: 'out', pulseRate: null, spo2: null } as const;
    expect(decodeContecFrame(encodeContecSpo2(nothing))).toStrictEqual(nothing);
  });

  it('writes the published commands', () => {
    expect(toHex(contecCommand(0x9b, 1))).toBe('9b011c');
    expect(toHex(contecCommand(0x80))).toBe('8000');
    expect(toHex(contecCommand(0x99, 0x7f))).toBe('997f18');
  });

  it.each([
    ['a wrong check octet', 'eb010453637f0024', 'checksum'],
    ['an octet with bit 7', 'eb010453e37f0025', 'sync'],
    ['a command without bit 7', '1b011c', 'sync'],
    ['a live frame that is too short', 'eb01045343', 'truncated'],
    ['SpO2 of 101 to 126', toHex(contecCommand(0xeb, 1, 6, 80, 110, 127, 0)), 'range'],
    ['one octet', '9b', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => decodeContecFrame(fromHex(hex))).toThrow(because(reason));
  });

  it('reads the stored record of a PO60', () => {
    const octets = contecCommand(
      0xe9,
      ...[0x43, 25, 11, 2, 8, 30, 5, 25, 11, 2, 8, 31, 10, 0, 0, 0, 98, 95, 97, 80, 70, 75],
    );
    const record = {
      index: 3,
      last: true,
      startTime: '2025-11-02T08:30:05',
      endTime: '2025-11-02T08:31:10',
      spo2: { max: 98, min: 95, average: 97 },
      pulseRate: { max: 80, min: 70, average: 75 },
    };
    expect(beurerPo60Record.decode(octets)).toStrictEqual(record);
    expect(toHex(beurerPo60Record.encode(record))).toBe(toHex(octets));
    expect(() => beurerPo60Record.decode(octets.subarray(0, 20))).toThrow(because('truncated'));
  });
});

describe('Contec spirometers', () => {
  const record =
    'e100020101190b02081e050143320103014102240 14d017f04410241021c041c040e0207010e020000000000';

  it('reads two-octet numbers, sex, standard and the drug mark', () => {
    expect(contecSpirometer.decode(fromHex(record))).toMatchObject({
      measureType: 2,
      recordNumber: 129,
      sex: 'female',
      standard: 3,
      postDrug: true,
      fvcL: 3.21,
    });
  });

  it.each([
    ['an unknown kind of test', record.replace('e10002', 'e10005'), 'range'],
    ['an unknown standard', record.replace('0103014102', '0104014102'), 'range'],
    ['another type', record.replace('e1', 'e2'), 'sync'],
    ['an octet with bit 7', record.replace('4332', 'c332'), 'sync'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => contecSpirometer.decode(fromHex(hex))).toThrow(because(reason));
  });
});
