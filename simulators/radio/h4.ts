/** H4 packets out of a stream of octets (Core 6.0 Vol 4 Part A §2). */
import { H4 } from './hci.js';

/** Where a packet's length field stands, how wide it is, and how long the head is with it. */
const heads: ReadonlyMap<number, { readonly lengthOctets: 1 | 2; readonly head: number }> = new Map(
  [
    [H4.command, { lengthOctets: 1, head: 4 }],
    [H4.acl, { lengthOctets: 2, head: 5 }],
    [H4.event, { lengthOctets: 1, head: 3 }],
  ],
);

/** Collects octets and yields whole packets; memory is bounded by the longest packet H4 can say. */
export class H4Splitter {
  #octets = new Uint8Array();

  /** Throws RangeError when the stream is not H4: there is no way back into step. */
  push(chunk: Uint8Array): Uint8Array[] {
    const octets = new Uint8Array(this.#octets.length + chunk.length);
    octets.set(this.#octets);
    octets.set(chunk, this.#octets.length);
    const packets: Uint8Array[] = [];
    let at = 0;
    for (
      let length = packetLength(octets, at);
      length !== null;
      length = packetLength(octets, at)
    ) {
      packets.push(octets.subarray(at, at + length));
      at += length;
    }
    this.#octets = octets.slice(at);
    return packets;
  }
}

/** Null: the packet is not there completely yet. */
function packetLength(octets: Uint8Array, at: number): number | null {
  const type = octets[at];
  if (type === undefined) return null;
  const shape = heads.get(type);
  if (shape === undefined) throw new RangeError(`no H4 packet type: ${type}`);
  const { lengthOctets, head } = shape;
  const low = octets[at + head - lengthOctets];
  const high = lengthOctets === 2 ? octets[at + head - 1] : 0;
  if (low === undefined || high === undefined) return null;
  const length = head + low + 256 * high;
  return octets.length - at >= length ? length : null;
}
