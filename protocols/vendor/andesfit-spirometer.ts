/**
 * Result frame of the AndesFit spirometer, `DD …`, in two lengths that both end in FEV1 (0.01 L)
 * and PEF (L/min), 16 bits little endian each. The octets before them are not known. Source:
 * LivecareBluetoothSDK.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { refuseUnless, scaled, whole } from '../serial/fields.js';

export interface AndesfitSpirometry {
  readonly fev1L: number;
  readonly pefLpm: number;
}

const start = 0xdd;
const lengths: readonly number[] = [9, 17];
const valuesLength = 4;
/** The frame that a virtual device sends: the short one. */
const unknownOctets = 4;

/** Refuses `length` and `sync`. */
export const andesfitSpirometer: Codec<AndesfitSpirometry> = {
  decode: (octets) => {
    refuseUnless(lengths.includes(octets.length), 'length');
    refuseUnless(octets[0] === start, 'sync');
    const reader = new OctetReader(octets.subarray(-valuesLength));
    return { fev1L: reader.uint16() / 100, pefLpm: reader.uint16() };
  },
  encode: ({ fev1L, pefLpm }) =>
    new OctetWriter()
      .uint8(start)
      .put(new Uint8Array(unknownOctets))
      .uint16(scaled(fev1L, 100, 0xffff))
      .uint16(whole(pefLpm, 0, 0xffff))
      .octets(),
};
