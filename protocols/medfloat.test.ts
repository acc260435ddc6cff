import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OctetReader, OctetWriter } from './bytes.js';
import { CodecRefusal } from './codec.js';
import {
  float,
  floatValue,
  readFloat,
  sfloat,
  sfloatValue,
  sfloatValueShifted,
  sfloatWord,
  writeFloat,
  type MedFloat,
} from './medfloat.js';

const allSfloats = Array.from({ length: 0x1_0000 }, (_, word) => word);

/** The decimal of a word, computed from its digits: what the value has to equal. */
function literal(word: number, mantissaBits: number, exponentBits: number): number {
  const signed = (value: number, bits: number): number =>
    value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  const mantissa = signed(word % 2 ** mantissaBits, mantissaBits);
  const exponent = signed(Math.floor(word / 2 ** mantissaBits), exponentBits);
  return Number(`${mantissa}e${exponent}`);
}

function floatOctets(value: MedFloat): Uint8Array {
  const writer = new OctetWriter();
  writeFloat(writer, value);
  return writer.octets();
}

describe('SFLOAT', () => {
  it('is the decimal number of its digits, for every word', () => {
    const reserved = new Map<number, MedFloat>();
    for (const word of allSfloats) {
      const value = sfloatValue(word);
      if (typeof value === 'string') reserved.set(word, value);
      else expect(value).toBe(literal(word, 12, 4));
    }
    expect([...reserved]).toStrictEqual([
      [0x07fe, '+INF'],
      [0x07ff, 'NaN'],
      [0x0800, 'NRes'],
      [0x0801, 'RFU'],
      [0x0802, '-INF'],
    ]);
  });

  it('can be sent again, for every word', () => {
    for (const word of allSfloats) {
      const value = sfloatValue(word);
      expect(sfloatValue(sfloatWord(value))).toBe(value);
    }
  });

  it('has parts that give back the same octets, for every word', () => {
    for (const word of allSfloats) {
      const octets = Uint8Array.of(word & 0xff, word >> 8);
      expect(sfloat.encode(sfloat.decode(octets))).toStrictEqual(octets);
    }
  });

  it('does not round on the way to another unit', () => {
    expect(sfloatValueShifted(0xb077, 5)).toBe(119);
    expect(sfloatValueShifted(0x07ff, 5)).toBe('NaN');
  });

  it.each([
    [36.6, 36.6],
    [120, 120],
    [0.1 + 0.2, 0.3],
    [123.45, 123.5],
    [2046, 2050],
    [20_460, 20_460],
    [-2048, -2050],
    [1e-12, 0],
    [-0, 0],
  ])('rounds %d to the nearest that it can say, %d', (value, sent) => {
    expect(sfloatValue(sfloatWord(value))).toBe(sent);
  });

  it.each([1e12, -3e10, NaN, Infinity, -Infinity])('cannot say %d', (value) => {
    expect(() => sfloatWord(value)).toThrow(CodecRefusal);
  });

  it.each([
    { mantissa: 2047, exponent: 0, value: 2047 },
    { mantissa: 2048, exponent: 1, value: 20_480 },
    { mantissa: 1.5, exponent: 0, value: 1.5 },
    { mantissa: 1, exponent: 8, value: 1e8 },
  ])('has no parts $mantissa and $exponent', (parts) => {
    expect(() => sfloat.encode(parts)).toThrow(CodecRefusal);
  });
});

describe('FLOAT', () => {
  const word = fc.nat(0xffff_ffff);

  it('is the decimal number of its digits', () => {
    fc.assert(
      fc.property(word, (bits) => {
        const value = floatValue(bits);
        if (typeof value === 'number') expect(value).toBe(literal(bits, 24, 8));
        else expect(bits).toBeLessThan(0x100_0000);
      }),
    );
  });

  it('can be sent again', () => {
    fc.assert(
      fc.property(word, (bits) => {
        const value = floatValue(bits);
        expect(readFloat(new OctetReader(floatOctets(value)))).toBe(value);
      }),
    );
  });

  it('has parts that give back the same octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (octets) => {
        expect(float.encode(float.decode(octets))).toStrictEqual(octets);
      }),
    );
  });

  it.each([
    [0x007f_fffe, '+INF'],
    [0x007f_ffff, 'NaN'],
    [0x0080_0000, 'NRes'],
    [0x0080_0001, 'RFU'],
    [0x0080_0002, '-INF'],
  ])('has the reserved code %d at exponent 0 only', (bits, special) => {
    expect(floatValue(bits)).toBe(special);
    expect(floatValue(bits + 0x0100_0000)).toBeTypeOf('number');
  });

  it('rounds to seven digits at most', () => {
    expect(readFloat(new OctetReader(floatOctets(Math.PI)))).toBe(3.141593);
  });
});
