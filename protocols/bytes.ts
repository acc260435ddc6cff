import { CodecRefusal } from './codec.js';

/**
 * A reader over octets that refuses to run past the end. Little endian is the order on air in GATT;
 * the big endian variants serve the serial and 11073-20601 codecs.
 */
export class OctetReader {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get remaining(): number {
    return this.#octets.length - this.#at;
  }

  uint8(): number {
    const octet = this.#octets[this.#at];
    if (octet === undefined) throw new CodecRefusal('truncated');
    this.#at += 1;
    return octet;
  }

  int8(): number {
    return (this.uint8() << 24) >> 24;
  }

  uint16(): number {
    return this.uint8() | (this.uint8() << 8);
  }

  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  uint24(): number {
    return this.uint16() | (this.uint8() << 16);
  }

  uint32(): number {
    return (this.uint16() | (this.uint16() << 16)) >>> 0;
  }

  uint48(): number {
    return this.uint32() + this.uint16() * 0x1_0000_0000;
  }

  uint16be(): number {
    return (this.uint8() << 8) | this.uint8();
  }

  uint32be(): number {
    return ((this.uint16be() << 16) | this.uint16be()) >>> 0;
  }

  take(count: number): Uint8Array {
    if (this.remaining < count) throw new CodecRefusal('truncated');
    const slice = this.#octets.subarray(this.#at, this.#at + count);
    this.#at += count;
    return slice;
  }

  /**
   * Refuses octets left over after the last field. Not for values that begin with flags: a collector
   * ignores octets in them that it does not comprehend, so that later revisions may add fields
   * (Blood Pressure, Glucose and Heart Rate Profile test suites, "additional octets").
   */
  end(): void {
    if (this.remaining > 0) throw new CodecRefusal('length');
  }
}

/** Collects octets for an encoder. */
export class OctetWriter {
  readonly #octets: number[] = [];

  uint8(value: number): this {
    this.#octets.push(value & 0xff);
    return this;
  }

  uint16(value: number): this {
    return this.uint8(value).uint8(value >> 8);
  }

  uint24(value: number): this {
    return this.uint16(value).uint8(value >> 16);
  }

  uint32(value: number): this {
    return this.uint16(value).uint16(value >>> 16);
  }

  uint48(value: number): this {
    return this.uint32((value % 0x1_0000_0000) | 0).uint16(Math.floor(value / 0x1_0000_0000));
  }

  uint16be(value: number): this {
    return this.uint8(value >> 8).uint8(value);
  }

  uint32be(value: number): this {
    return this.uint16be(value >>> 16).uint16be(value);
  }

  put(octets: Iterable<number>): this {
    for (const octet of octets) this.uint8(octet);
    return this;
  }

  octets(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }
}

/**
 * Octets from hexadecimal text, upper or lower case, blanks allowed.
 * Throws {@link CodecRefusal} `format` for anything else.
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) throw new CodecRefusal('format');
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

const hexOctets = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal text of the octets. */
export function toHex(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += hexOctets[octet] ?? '';
  return text;
}
