/** L2CAP on LE: fixed channels, and PDUs cut into link-layer fragments (Core 6.0 Vol 3 Part A §3.1, §7.2). */
import { fragmentOctets } from './link.js';
import type { Fragment } from './link.js';

export const Channel = { attribute: 0x0004, signaling: 0x0005, security: 0x0006 } as const;

/** The longest PDU of a fixed channel: an ATT value of 512 octets with its head, and some. */
const maxPayload = 1024;
const headOctets = 4;

export interface L2capPdu {
  readonly channel: number;
  readonly payload: Uint8Array;
}

export function fragmentsOf({ channel, payload }: L2capPdu): Fragment[] {
  const pdu = new Uint8Array(headOctets + payload.length);
  pdu.set([payload.length & 0xff, payload.length >> 8, channel & 0xff, channel >> 8]);
  pdu.set(payload, headOctets);
  const fragments: Fragment[] = [];
  for (let at = 0; at < pdu.length; at += fragmentOctets) {
    fragments.push({ first: at === 0, octets: pdu.subarray(at, at + fragmentOctets) });
  }
  return fragments;
}

/** Puts the PDUs of one link together again. A PDU that is broken off or too long is dropped. */
export class Reassembler {
  #octets = new Uint8Array();

  /** The PDU that this fragment completes, or null. */
  push(fragment: Fragment): L2capPdu | null {
    if (!fragment.first && this.#octets.length === 0) return null;
    const before = fragment.first ? new Uint8Array() : this.#octets;
    const octets = new Uint8Array(before.length + fragment.octets.length);
    octets.set(before);
    octets.set(fragment.octets, before.length);
    this.#octets = octets;
    return this.#complete();
  }

  #complete(): L2capPdu | null {
    const octets = this.#octets;
    if (octets.length < headOctets) return null;
    const view = new DataView(octets.buffer);
    const length = view.getUint16(0, true);
    const missing = headOctets + length - octets.length;
    if (missing > 0 && length <= maxPayload) return null;
    this.#octets = new Uint8Array();
    if (missing !== 0) return null;
    return { channel: view.getUint16(2, true), payload: octets.subarray(headOctets) };
  }
}
