/**
 * What all IEEE 11073-20601 APDUs share, big endian throughout: a choice, a length, and for data a
 * nested octet string. Source: IEEE 11073-20601 (annex A), Antidote and OpenTele test APDUs.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import { refuseUnless } from './fields.js';

export const choices = {
  associationRequest: 0xe200,
  associationResponse: 0xe300,
  releaseRequest: 0xe400,
  releaseResponse: 0xe500,
  abort: 0xe600,
  presentation: 0xe700,
} as const;

/** Four hexadecimal digits. */
export function word(value: number): string {
  return value.toString(16).padStart(4, '0');
}

/**
 * A reader over a part whose length stands before it. Refuses `length` when the announced and the
 * remaining octets differ.
 */
export function restOf(reader: OctetReader): OctetReader {
  const length = reader.uint16be();
  refuseUnless(length === reader.remaining, 'length');
  return new OctetReader(reader.take(length));
}

/** A reader over a part inside a list; refuses `length` when it does not fit. */
export function partOf(reader: OctetReader): OctetReader {
  const length = reader.uint16be();
  refuseUnless(length <= reader.remaining, 'length');
  return new OctetReader(reader.take(length));
}

/** The choice of an APDU and a reader over its content; refuses `truncated` and `length`. */
export function openApdu(octets: Uint8Array): { choice: number; content: OctetReader } {
  const reader = new OctetReader(octets);
  return { choice: reader.uint16be(), content: restOf(reader) };
}

/** The octets with their length before them; refuses `length` above 65 535. */
export function withLength(octets: Uint8Array): Uint8Array {
  if (octets.length > 0xffff) throw new CodecRefusal('length');
  return new OctetWriter().uint16be(octets.length).put(octets).octets();
}

/** An APDU of this choice and content. */
export function apdu(choice: number, content: Uint8Array): Uint8Array {
  return new OctetWriter().uint16be(choice).put(withLength(content)).octets();
}
