/**
 * Segmentation octet before each part of a Generic Health Sensor observation (2B8B and the stored
 * observations): Generic Health Sensor Service 1.0.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { whole } from './fields.js';

export interface GhsSegmentHeader {
  readonly first: boolean;
  readonly last: boolean;
  /** Counts from 0 to 63 and starts over. */
  readonly counter: number;
}

const firstBit = 1;
const lastBit = 2;
const counterShift = 2;
/** Six bits count the segments, and roll over. */
const maxCounter = 63;

/** Segmentation octet. */
export const ghsSegmentHeader: Codec<GhsSegmentHeader> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const header = reader.uint8();
    reader.end();
    return {
      first: (header & firstBit) !== 0,
      last: (header & lastBit) !== 0,
      counter: header >> counterShift,
    };
  },
  encode({ first, last, counter }) {
    const bits = (first ? firstBit : 0) | (last ? lastBit : 0);
    return new OctetWriter().uint8(bits | (whole(counter, maxCounter) << counterShift)).octets();
  },
};
