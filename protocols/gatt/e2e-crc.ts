/** The end-to-end check of the continuous glucose characteristics: CGM Service 1.0.2. */
import type { OctetWriter } from '../bytes.js';
import { CodecRefusal, type Decode } from '../codec.js';

/** Polynomial 0x1021, bit-reversed: the CRC is computed least significant bit first. */
const polynomial = 0x8408;
const initial = 0xffff;
export const e2eCrcOctets = 2;

function remainderOf(octet: number): number {
  let remainder = octet;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 1 ? (remainder >> 1) ^ polynomial : remainder >> 1;
  }
  return remainder;
}

const remainders = Uint16Array.from({ length: 256 }, (_, octet) => remainderOf(octet));

/** CRC-16/MCRF4XX of the octets; sent little endian after them. */
export function crc16(octets: Uint8Array): number {
  let crc = initial;
  for (const octet of octets) crc = (crc >> 8) ^ (remainders[(crc ^ octet) & 0xff] ?? 0);
  return crc;
}

/** Whether a value carried a check. A wrong one is refused and never gets this far. */
export type E2eCrc = 'valid' | 'absent';

/** Refuses with `crc` when the last two octets are not the check of those before them. */
export function verifyE2eCrc(octets: Uint8Array): void {
  const end = octets.length - e2eCrcOctets;
  const sent = (octets[end] ?? 0) | ((octets[end + 1] ?? 0) << 8);
  if (end < 0) throw new CodecRefusal('truncated');
  if (sent !== crc16(octets.subarray(0, end))) throw new CodecRefusal('crc');
}

/** Tells from the length whether a value has a check, and verifies it. */
export function e2eCrcOf(octets: Uint8Array, contentOctets: number): E2eCrc {
  const more = octets.length - contentOctets;
  if (more === 0) return 'absent';
  if (more < 0) throw new CodecRefusal('truncated');
  if (more !== e2eCrcOctets) throw new CodecRefusal('length');
  verifyE2eCrc(octets);
  return 'valid';
}

/** What was written, with its check where the value says that it has one. */
export function withE2eCrc(writer: OctetWriter, e2eCrc: E2eCrc | 'notSupported'): Uint8Array {
  return e2eCrc === 'valid' ? writer.uint16(crc16(writer.octets())).octets() : writer.octets();
}

export interface E2eCrcValue {
  /** Four hexadecimal digits, the higher octet first. */
  readonly crc: string;
}

/** The check of any octets. */
export const decodeE2eCrc: Decode<E2eCrcValue> = (octets) => ({
  crc: crc16(octets).toString(16).padStart(4, '0'),
});
