/** L2CAP PDUs of one direction of a link out of its ACL packets (Core 6.0 Vol 3 Part A §3.1, §7.2). */

/** The fixed channel of the attribute protocol. */
export const attributeChannel = 0x0004;
const headOctets = 4;

export interface L2capPdu {
  readonly channel: number;
  readonly payload: Uint8Array;
}

/** Puts PDUs together; one that is broken off, or longer than it said, is dropped. */
export class Reassembler {
  #parts: Uint8Array[] = [];
  #length = 0;

  /** The PDU that this part completes, or null. `first`: it begins a PDU. */
  push(part: Uint8Array, first: boolean): L2capPdu | null {
    if (first) this.#reset();
    else if (this.#parts.length === 0 || part.length === 0) return null;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length < headOctets) return null;
    const head = this.#head();
    const missing = headOctets + head.length - this.#length;
    if (missing > 0) return null;
    const payload = missing === 0 ? this.#joined().subarray(headOctets) : null;
    this.#reset();
    return payload === null ? null : { channel: head.channel, payload };
  }

  /** The head may be in more than one part, but the first parts hold it. */
  #head(): { length: number; channel: number } {
    const [a = 0, b = 0, c = 0, d = 0] = this.#begin();
    return { length: a | (b << 8), channel: c | (d << 8) };
  }

  #begin(): readonly number[] {
    const begin: number[] = [];
    for (const part of this.#parts) {
      begin.push(...part.subarray(0, headOctets));
      if (begin.length >= headOctets) break;
    }
    return begin;
  }

  #joined(): Uint8Array {
    const joined = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #reset(): void {
    this.#parts = [];
    this.#length = 0;
  }
}
