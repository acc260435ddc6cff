import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../bytes.js';
import { sum8 } from '../serial/fields.js';
import { omronBp14, omronClock, omronRecord } from './omron-record.js';
import { omronTransferFrame } from './omron-transfer-frame.js';

const because = (reason: string): unknown => expect.objectContaining({ reason });

describe('Omron', () => {
  it('reads a logged record with its number and flags', () => {
    expect(omronRecord.decode(fromHex('6457431a7316161c000046001900'))).toStrictEqual({
      systolic: 125,
      diastolic: 87,
      pulseRate: 67,
      timestamp: '2026-05-19T19:48:22',
      irregularPulse: false,
      bodyMovement: false,
      cuffFits: true,
      improperPosition: false,
      sequence: 70,
    });
  });

  it('reads irregular pulse, movement, loose cuff and position', () => {
    expect(omronRecord.decode(fromHex('6450461a33dade4800002a000000'))).toMatchObject({
      timestamp: '2026-06-17T19:35:30',
      irregularPulse: true,
      bodyMovement: true,
      cuffFits: false,
      improperPosition: true,
      sequence: 42,
    });
  });

  it('keeps the values of a record without date', () => {
    expect(omronBp14.decode(fromHex('6558540000000010000000000000'))).toStrictEqual({
      systolic: 126,
      diastolic: 88,
      pulseRate: 84,
      timestamp: null,
    });
  });

  it.each([
    ['a slot that was never written', '6500000000000000000000000000', 'empty'],
    ['the mark of an empty slot', 'e258541a331ade1800004c00ba00', 'empty'],
    ['13 octets', '6558541a331ade1800004c00ba', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => omronRecord.decode(fromHex(hex))).toThrow(because(reason));
  });

  it('decodes the record it encodes', () => {
    const record = fc.record({
      systolic: fc.integer({ min: 25, max: 250 }),
      diastolic: fc.integer({ min: 1, max: 200 }),
      pulseRate: fc.nat(255),
      timestamp: fc.option(fc.constant('2031-12-31T23:59:59')),
      irregularPulse: fc.boolean(),
      bodyMovement: fc.boolean(),
      cuffFits: fc.boolean(),
      improperPosition: fc.boolean(),
      sequence: fc.nat(0xffff),
    });
    fc.assert(
      fc.property(record, (one) => {
        expect(omronRecord.decode(omronRecord.encode(one))).toEqual(one);
      }),
    );
  });

  it('reads and writes a logged clock block', () => {
    const logged = 'c8a80000000000001a06120e3509ee00';
    expect(omronClock.decode(fromHex(logged))).toStrictEqual({ dateTime: '2026-06-18T14:53:09' });
    const written = omronClock.encode({ dateTime: '2026-06-18T14:53:09' });
    expect(written[14]).toBe(sum8(written.subarray(0, 14)));
  });

  it('refuses the clock block of a model that keeps the month first', () => {
    const swapped = fromHex('50c0000300000000051a0a0e0806a758');
    expect(() => omronClock.decode(swapped)).toThrow(because('range'));
  });

  it('reads a read request, its reply with padding, and erased memory', () => {
    expect(omronTransferFrame.decode(fromHex('08010002c02000eb'))).toStrictEqual({
      type: '0100',
      address: '02c0',
      size: 32,
    });
    const reply = omronTransferFrame.encode({
      type: '8100',
      address: '02c0',
      size: 4,
      data: 'a0a1a2a3',
    });
    expect(omronTransferFrame.decode(Uint8Array.of(...reply, 0x55, 0x55))).toStrictEqual({
      type: '8100',
      address: '02c0',
      size: 4,
      data: 'a0a1a2a3',
    });
    const short = omronTransferFrame.encode({
      type: '8100',
      address: '02c0',
      size: 4,
      data: '0000',
    });
    expect(omronTransferFrame.decode(short)).toMatchObject({ size: 4, data: 'ffffffff' });
  });

  it.each([
    ['a wrong check octet', '08010002c02000ea', 'checksum'],
    ['a frame that is cut off', '08010002c020', 'truncated'],
    ['a length below eight', '07010002c020eb', 'length'],
    ['no octets', '', 'truncated'],
  ])('refuses %s', (_, hex, reason) => {
    expect(() => omronTransferFrame.decode(fromHex(hex))).toThrow(because(reason));
  });
});
