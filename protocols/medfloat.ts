/**
 * Medical floats of IEEE 11073-20601 (medfloat16 and medfloat32 of the GATT Specification
 * Supplement): a signed decimal exponent above a signed mantissa, little endian on air. Reserved codes
 * hold at exponent 0 only.
 */
import { OctetReader, OctetWriter } from './bytes.js';
import { CodecRefusal, type Codec } from './codec.js';

/** What a medical float says instead of a number. */
export type MedFloatSpecial = 'NaN' | 'NRes' | '+INF' | '-INF' | 'RFU';

/** A number, or the reason why there is none. */
export type MedFloat = number | MedFloatSpecial;

/** A medical float taken apart; the exponent carries the precision that a device shows. */
export type MedFloatParts =
  | { readonly mantissa: number; readonly exponent: number; readonly value: number }
  | { readonly special: MedFloatSpecial; readonly value: null };

/** Powers of ten up to this one are exact doubles, so one operation with them rounds correctly. */
const exactPowers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * `mantissa` × 10^`exponent` as the double nearest to that decimal: 366 and -1 give 36.6.
 * Dividing by a power is exact to the last bit, where multiplying by 0.1 is not.
 */
export function decimal(mantissa: number, exponent: number): number {
  const power = exactPowers[exponent < 0 ? -exponent : exponent];
  if (power === undefined) return Number(`${mantissa}e${exponent}`);
  return exponent < 0 ? mantissa / power : mantissa * power;
}

/** The two widths differ in their limits only. */
interface Layout {
  readonly octets: 2 | 4;
  readonly mantissaBits: 12 | 24;
  readonly maxMantissa: number;
  readonly minExponent: number;
  readonly maxExponent: number;
}

const layout16: Layout = {
  octets: 2,
  mantissaBits: 12,
  maxMantissa: 0x7fd,
  minExponent: -8,
  maxExponent: 7,
};
const layout32: Layout = {
  octets: 4,
  mantissaBits: 24,
  maxMantissa: 0x7f_fffd,
  minExponent: -128,
  maxExponent: 127,
};

/** The reserved code that a mantissa at exponent 0 stands for; null for a number. */
function specialOf(mantissa: number, maxMantissa: number): MedFloatSpecial | null {
  if (mantissa <= maxMantissa && mantissa >= -maxMantissa) return null;
  switch (mantissa) {
    case maxMantissa + 1:
      return '+INF';
    case maxMantissa + 2:
      return 'NaN';
    case -maxMantissa - 3:
      return 'NRes';
    case -maxMantissa - 2:
      return 'RFU';
    default:
      return '-INF';
  }
}

function specialMantissa(special: MedFloatSpecial, maxMantissa: number): number {
  const above = { '+INF': 1, NaN: 2, '-INF': -1, RFU: -2, NRes: -3 } as const;
  const step = above[special];
  return step > 0 ? maxMantissa + step : -maxMantissa + step;
}

/** Number with this mantissa and exponent; the reserved code's name where it is one. */
function valueOf(mantissa: number, exponent: number, maxMantissa: number): MedFloat {
  if (exponent === 0) return specialOf(mantissa, maxMantissa) ?? mantissa;
  return decimal(mantissa, exponent);
}

/** Value of an SFLOAT word (16 bits, exponent in the upper four). */
export function sfloatValue(word: number): MedFloat {
  return valueOf((word << 20) >> 20, (word << 16) >> 28, layout16.maxMantissa);
}

/** Value of a FLOAT word (32 bits, exponent in the upper eight). */
export function floatValue(word: number): MedFloat {
  return valueOf((word << 8) >> 8, word >> 24, layout32.maxMantissa);
}

/**
 * An SFLOAT word in another unit: the value times 10^`shift`, without a rounding in between.
 * Glucose in kg/L becomes mg/dL with 5, in mol/L becomes mmol/L with 3.
 */
export function sfloatValueShifted(word: number, shift: number): MedFloat {
  const mantissa = (word << 20) >> 20;
  const exponent = (word << 16) >> 28;
  const special = exponent === 0 ? specialOf(mantissa, layout16.maxMantissa) : null;
  return special ?? decimal(mantissa, exponent + shift);
}

function whole(value: number, max: number, min: number): void {
  if (!Number.isInteger(value) || value < min || value > max) throw new CodecRefusal('range');
}

function wordOf(mantissa: number, exponent: number, layout: Layout): number {
  const limit = 2 ** (layout.mantissaBits - 1);
  whole(mantissa, limit - 1, -limit);
  whole(exponent, layout.maxExponent, layout.minExponent);
  const low = mantissa < 0 ? mantissa + 2 * limit : mantissa;
  return exponent * 2 * limit + low;
}

/** More digits than a double holds for certain are noise of a computation (0.1 + 0.2). */
const certainDigits = 15;

/** Whether the mantissa can be sent with this exponent: at exponent 0 some mean something else. */
function fits(mantissa: number, exponent: number, layout: Layout): boolean {
  if (exponent < layout.minExponent) return false;
  if (exponent === 0) return Math.abs(mantissa) <= layout.maxMantissa;
  return mantissa <= layout.maxMantissa + 2 && mantissa >= -layout.maxMantissa - 3;
}

/**
 * The word for a number: as many decimals as the number has, as few as the mantissa forces. Rounds
 * where the mantissa is too short; throws {@link CodecRefusal} `range` where the exponent is.
 */
function wordOfNumber(value: number, layout: Layout): number {
  if (!Number.isFinite(value)) throw new CodecRefusal('range');
  const [digits = '', power = ''] = value.toExponential(certainDigits - 1).split('e');
  const significant = digits.replace('.', '').replace(/0+$/, '');
  const exact = Number(significant);
  let mantissa = exact;
  let exponent = Number(power) - (significant.replace('-', '').length - 1);
  while (exponent > 0 && fits(mantissa * 10, exponent - 1, layout)) {
    mantissa *= 10;
    exponent -= 1;
  }
  for (let step = 1; mantissa !== 0 && !fits(mantissa, exponent, layout); step += 1) {
    mantissa = Math.round(decimal(exact, -step));
    exponent += 1;
  }
  return mantissa === 0 ? 0 : wordOf(mantissa, exponent, layout);
}

function wordOfMedFloat(value: MedFloat, layout: Layout): number {
  if (typeof value === 'number') return wordOfNumber(value, layout);
  return wordOf(specialMantissa(value, layout.maxMantissa), 0, layout);
}

/** Reads an SFLOAT. */
export function readSfloat(reader: OctetReader): MedFloat {
  return sfloatValue(reader.uint16());
}

/** Reads a FLOAT. */
export function readFloat(reader: OctetReader): MedFloat {
  return floatValue(reader.uint32());
}

/** The SFLOAT word nearest to the value; throws {@link CodecRefusal} `range` outside ±2.045e10. */
export function sfloatWord(value: MedFloat): number {
  return wordOfMedFloat(value, layout16);
}

/** Writes an SFLOAT; see {@link sfloatWord}. */
export function writeSfloat(writer: OctetWriter, value: MedFloat): void {
  writer.uint16(sfloatWord(value));
}

/** Writes a FLOAT, rounded to its 24-bit mantissa. */
export function writeFloat(writer: OctetWriter, value: MedFloat): void {
  writer.uint32(wordOfMedFloat(value, layout32));
}

function partsOf(mantissa: number, exponent: number, layout: Layout): MedFloatParts {
  const special = exponent === 0 ? specialOf(mantissa, layout.maxMantissa) : null;
  if (special !== null) return { special, value: null };
  return { mantissa, exponent, value: decimal(mantissa, exponent) };
}

function partsWord(parts: MedFloatParts, layout: Layout): number {
  if ('special' in parts) return wordOfMedFloat(parts.special, layout);
  if (parts.exponent === 0 && !fits(parts.mantissa, 0, layout)) throw new CodecRefusal('range');
  return wordOf(parts.mantissa, parts.exponent, layout);
}

function decodeParts(octets: Uint8Array, layout: Layout): MedFloatParts {
  const reader = new OctetReader(octets);
  const word = layout.octets === 2 ? reader.uint16() << 16 : reader.uint32() | 0;
  reader.end();
  const exponentBits = 8 * layout.octets - layout.mantissaBits;
  const mantissa = (word << exponentBits) >> (32 - layout.mantissaBits);
  return partsOf(mantissa, word >> (32 - exponentBits), layout);
}

/** SFLOAT by itself, with its parts; 2 octets. */
export const sfloat: Codec<MedFloatParts> = {
  decode: (octets) => decodeParts(octets, layout16),
  encode: (parts) => new OctetWriter().uint16(partsWord(parts, layout16)).octets(),
};

/** FLOAT by itself, with its parts; 4 octets. */
export const float: Codec<MedFloatParts> = {
  decode: (octets) => decodeParts(octets, layout32),
  encode: (parts) => new OctetWriter().uint32(partsWord(parts, layout32)).octets(),
};
