/**
 * Omron's vendor transfer frame over GATT: length, type (two octets), EEPROM address (big endian),
 * size, data, result, check octet; the exclusive or over the whole frame is 0. Replies have the
 * highest bit of the type set. A frame arrives in channels of 16 octets, so padding may follow it.
 * Sources: openScale OmronWlpFrame and its tests, omblepy.
 */
import { fromHex, OctetWriter, toHex } from '../bytes.js';
import type { Codec } from '../codec.js';
import { octetAt, refuseUnless, whole, xor8 } from '../serial/fields.js';

export interface OmronTransferFrame {
  /** Four hexadecimal digits: `0100` read, `01c0` write, `0000` start, `0f00` end; replies `8…`. */
  readonly type: string;
  /** Four hexadecimal digits. */
  readonly address: string;
  /** Octets asked for, or carried. */
  readonly size: number;
  /** Hexadecimal; only in frames that carry data. */
  readonly data?: string;
}

/** Length, type, address, size, result and check octet. */
const surroundings = 8;
const reply = 0x80;
/** What erased EEPROM reads as. */
const erased = 'ff';

/**
 * The data of a frame. A reply that declares more than it carries stands for erased memory: the
 * device shortens reads of empty slots.
 */
function dataOf(frame: Uint8Array): string | null {
  const size = octetAt(frame, 5);
  const carried = frame.length - surroundings;
  if (size <= carried && carried > 0) return toHex(frame.subarray(6, 6 + size));
  const isReply = (octetAt(frame, 1) & reply) !== 0;
  return isReply && size > carried ? erased.repeat(size) : null;
}

/** Refuses `truncated`, `length` (below eight octets) and `checksum`. */
export const omronTransferFrame: Codec<OmronTransferFrame> = {
  decode: (octets) => {
    const length = octetAt(octets, 0);
    refuseUnless(length >= surroundings, 'length');
    refuseUnless(octets.length >= length, 'truncated');
    const frame = octets.subarray(0, length);
    refuseUnless(xor8(frame) === 0, 'checksum');
    const data = dataOf(frame);
    return {
      type: toHex(frame.subarray(1, 3)),
      address: toHex(frame.subarray(3, 5)),
      size: octetAt(frame, 5),
      ...(data === null ? {} : { data }),
    };
  },
  encode: ({ type, address, size, data = '' }) => {
    const carried = fromHex(data);
    const head = [...fromHex(type), ...fromHex(address), whole(size, 0, 0xff)];
    refuseUnless(head.length === 5, 'format');
    const length = whole(carried.length + surroundings, surroundings, 0xff);
    const frame = new OctetWriter().uint8(length).put(head).put(carried).uint8(0).octets();
    return Uint8Array.of(...frame, xor8(frame));
  },
};
