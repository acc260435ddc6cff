/**
 * LifeScan's binary frame (OneTouch UltraEasy, VerioIQ): `02`, length of the whole frame, link
 * control, message, `03`, CRC-16/CCITT over all before it, little endian. Source: glucometerutils.
 */
import { fromHex, OctetWriter, toHex } from '../bytes.js';
import type { Codec } from '../codec.js';
import { crc16, exactly, octetAt, refuseUnless, whole } from './fields.js';
import { frameOf, type FrameRule } from './framer.js';

export interface LifescanFrame {
  /** Bits: 0 sequence number, 1 expected receive number, 2 acknowledge, 3 disconnect, 4 more. */
  readonly linkControl: number;
  /** Hexadecimal; empty in an acknowledgement. */
  readonly payload: string;
}

const start = 0x02;
const end = 0x03;
/** Start, length, link control, end and CRC. */
const surroundings = 6;

/** Where the frames are in the stream. */
export const lifescanStream: FrameRule = {
  longest: 0xff,
  look: ([first, length, ...rest]) => {
    if (first !== start) return 'skip';
    if (length === undefined) return 'more';
    if (length < surroundings) return 'skip';
    return rest.length + 2 < length ? 'more' : frameOf(length);
  },
};

/** Refuses `truncated`, `length`, `sync` and `crc`. */
export const lifescanFrame: Codec<LifescanFrame> = {
  decode: (octets) => {
    refuseUnless(octetAt(octets, 0) === start, 'sync');
    const length = octetAt(octets, 1);
    refuseUnless(length >= surroundings, 'length');
    exactly(octets, length);
    const body = octets.subarray(0, -2);
    refuseUnless(octetAt(body, body.length - 1) === end, 'sync');
    const crc = octetAt(octets, length - 2) | (octetAt(octets, length - 1) << 8);
    refuseUnless(crc16(body) === crc, 'crc');
    return { linkControl: octetAt(body, 2), payload: toHex(body.subarray(3, -1)) };
  },
  encode: ({ linkControl, payload }) => {
    const message = fromHex(payload);
    const length = whole(message.length + surroundings, surroundings, 0xff);
    const link = whole(linkControl, 0, 0xff);
    const body = new OctetWriter().put([start, length, link]).put(message).uint8(end).octets();
    return new OctetWriter().put(body).uint16(crc16(body)).octets();
  },
};
