/** PnP ID (2A50): Device Information Service 1.1 §3.9. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { maxUint16, maxUint8, whole } from './fields.js';

const vendorIdSourceNames = [null, 'bluetoothSig', 'usbIf'] as const;

export interface PnpId {
  readonly vendorIdSource: number;
  /** Null for a reserved code. */
  readonly vendorIdSourceName: NonNullable<(typeof vendorIdSourceNames)[number]> | null;
  readonly vendorId: number;
  readonly productId: number;
  /** Binary coded decimal, 0xJJMN for version JJ.M.N. */
  readonly productVersion: number;
}

/** PnP ID, 2A50; 7 octets. */
export const pnpId: Codec<PnpId> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const vendorIdSource = reader.uint8();
    const vendorId = reader.uint16();
    const productId = reader.uint16();
    const productVersion = reader.uint16();
    reader.end();
    const vendorIdSourceName = vendorIdSourceNames[vendorIdSource] ?? null;
    return { vendorIdSource, vendorIdSourceName, vendorId, productId, productVersion };
  },
  encode: (value) =>
    new OctetWriter()
      .uint8(whole(value.vendorIdSource, maxUint8))
      .uint16(whole(value.vendorId, maxUint16))
      .uint16(whole(value.productId, maxUint16))
      .uint16(whole(value.productVersion, maxUint16))
      .octets(),
};
