import { CodedError } from '@hemma/protocols/errors.js';

/** MQTT 3.1.1 §2.2.3: the remaining length takes one to four octets. */
const maxLengthOctets = 4;

/**
 * Watches the octets of one connection and finds out how long each packet will be before it has come:
 * the parser behind it keeps a packet in memory until its last octet.
 */
export class PacketGuard {
  readonly #maxOctets: number;
  /** Octets of the current packet's body that are still to come. */
  #body = 0;
  /** Octets of the length seen so far; null before the first octet of a packet. */
  #lengthOctets: number | null = null;
  #length = 0;

  constructor(maxOctets: number) {
    this.#maxOctets = maxOctets;
  }

  /** Throws {@link CodedError} `envelope_too_large` at a length above the limit, or above any. */
  watch(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#body, chunk.length - at);
      this.#body -= skipped;
      at += skipped;
      const octet = chunk[at];
      if (octet === undefined) return;
      this.#header(octet);
      at += 1;
    }
  }

  #header(octet: number): void {
    if (this.#lengthOctets === null) {
      this.#lengthOctets = 0;
      this.#length = 0;
      return;
    }
    this.#length += (octet & 0x7f) * 128 ** this.#lengthOctets;
    this.#lengthOctets += 1;
    const ends = (octet & 0x80) === 0;
    if (this.#length > this.#maxOctets || (!ends && this.#lengthOctets === maxLengthOctets))
      throw new CodedError('envelope_too_large');
    if (!ends) return;
    this.#lengthOctets = null;
    this.#body = this.#length;
  }
}
