/** What several serial and vendor codecs share: bits, ranges, ASCII text, check sums. */
import { CodecRefusal, type RefusalReason } from '../codec.js';

/** Whether a bit is set; bit 0 is the least significant one. */
export function bit(field: number, position: number): boolean {
  return ((field >> position) & 1) === 1;
}

/** The bit field with this one bit, for an encoder. */
export function flag(set: boolean, position: number): number {
  return set ? 1 << position : 0;
}

/** The value, when it is a whole number within the limits; refuses `range` otherwise. */
export function whole(value: number, lowest: number, highest: number): number {
  if (!Number.isInteger(value) || value < lowest || value > highest)
    throw new CodecRefusal('range');
  return value;
}

/** A value with a fixed number of decimals as the whole number that is sent; refuses `range`. */
export function scaled(value: number, perUnit: number, highest: number): number {
  const raw = Math.round(value * perUnit);
  if (Math.abs(raw - value * perUnit) > 1e-6) throw new CodecRefusal('range');
  return whole(raw, 0, highest);
}

/** Refuses with the reason unless the condition holds. */
export function refuseUnless(condition: boolean, reason: RefusalReason): asserts condition {
  if (!condition) throw new CodecRefusal(reason);
}

/** Refuses `truncated` or `length` unless there are exactly so many octets. */
export function exactly(octets: Uint8Array, count: number): void {
  if (octets.length < count) throw new CodecRefusal('truncated');
  if (octets.length > count) throw new CodecRefusal('length');
}

/** The octet at a place; refuses `truncated` behind the end. */
export function octetAt(octets: Uint8Array, at: number): number {
  const octet = octets[at];
  if (octet === undefined) throw new CodecRefusal('truncated');
  return octet;
}

/** One for all. A long text put together letter by letter costs twice as much, a short one half. */
const decoder = new TextDecoder();
const shortText = 16;

function isText(octet: number): boolean {
  return (octet >= 0x20 && octet < 0x7f) || octet === 9 || octet === 10 || octet === 13;
}

/** Printable ASCII (and CR, LF, TAB) as text; refuses `format` for any other octet. */
export function ascii(octets: Uint8Array): string {
  for (const octet of octets) if (!isText(octet)) throw new CodecRefusal('format');
  if (octets.length > shortText) return decoder.decode(octets);
  let text = '';
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}

/** The octets of ASCII text; refuses `format` for a character outside ASCII. */
export function asciiOctets(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) throw new CodecRefusal('format');
    octets[at] = code;
  }
  return octets;
}

/** Sum of the octets modulo 256. */
export function sum8(octets: Uint8Array): number {
  return sum16(octets) & 0xff;
}

/** Sum of the octets modulo 65 536. */
export function sum16(octets: Uint8Array): number {
  let sum = 0;
  for (const octet of octets) sum = (sum + octet) & 0xffff;
  return sum;
}

/** Exclusive or of the octets. */
export function xor8(octets: Uint8Array): number {
  let result = 0;
  for (const octet of octets) result ^= octet;
  return result;
}

const ccittPolynomial = 0x1021;

/** CRC-16/CCITT, most significant bit first, start value FFFF (LifeScan's "CRC-CCITT"). */
export function crc16(octets: Uint8Array): number {
  let crc = 0xffff;
  for (const octet of octets) {
    crc ^= octet << 8;
    for (let step = 0; step < 8; step += 1) {
      crc = (crc & 0x8000 ? (crc << 1) ^ ccittPolynomial : crc << 1) & 0xffff;
    }
  }
  return crc;
}

/** What the reader gives, or null when it refuses: for a part that may be illegible on its own. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (refusal) {
    if (refusal instanceof CodecRefusal) return null;
    throw refusal;
  }
}
