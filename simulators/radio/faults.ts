/** What can go wrong between a device and the gateway. All may be changed at any time. */
import type { Uuid } from '@hemma/protocols/device.js';

/**
 * Counts are of ATT PDUs of one connection, in either direction, and hold for every connection as
 * long as they are set: after 0 means as soon as the link is there.
 */
export interface RadioFaults {
  /** The next so many attempts to connect fail with 0x3E; counted down. */
  failedConnections: number;
  /** The link breaks after so many PDUs; both ends hear the reason (0x08, or 0x3E right after connecting). */
  linkLost: { readonly afterPdus: number; readonly reason: number } | null;
  /** The device goes out of range after so many PDUs: nothing crosses until the supervision timeout. */
  outOfRangeAfterPdus: number | null;
  /** The device hangs after so many PDUs: the link stays up, nothing is answered. */
  silentAfterPdus: number | null;
  /** Every advertisement is heard so many times. */
  advertisementCopies: number;
  /** From the next connection on: notifications of random octets for ever, once subscribed to. */
  rubbish: { readonly characteristic: Uuid; readonly everyMs: number } | null;
  /** The device's own MTU; null: 247. */
  mtu: number | null;
}

export function noFaults(): RadioFaults {
  return {
    failedConnections: 0,
    linkLost: null,
    outOfRangeAfterPdus: null,
    silentAfterPdus: null,
    advertisementCopies: 1,
    rubbish: null,
    mtu: null,
  };
}
