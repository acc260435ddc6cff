/**
 * TaiDoc TD-42xx and FORA meters (19200 8N1): eight octets, `51`, command, four data octets, `A3`
 * to the meter or `A5` from it, sum modulo 256. A date packs year (7 bits since 2000), month (4)
 * and day (5) into a little endian word, followed by minute and hour. Source: glucometerutils
 * td42xx and its tests.
 */
import { fromHex, OctetReader, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { exactly, octetAt, refuseUnless, sum8, whole } from './fields.js';
import { fixedFrames, type FrameRule } from './framer.js';
import { fromLocal, toLocal } from './local-time.js';

export interface TaidocFrame {
  readonly command: number;
  /** Four octets, hexadecimal. */
  readonly data: string;
  readonly direction: 'toDevice' | 'fromDevice';
}

const frameLength = 8;
const start = 0x51;
const directions = { toDevice: 0xa3, fromDevice: 0xa5 } as const;
const directionPlace = 6;

/** Where the meter's frames are in the stream. */
export const taidocStream: FrameRule = fixedFrames(frameLength, (octet, place) => {
  if (place === 0) return octet === start;
  return place !== directionPlace || octet === directions.fromDevice;
});

function direction(octet: number): TaidocFrame['direction'] {
  if (octet === directions.toDevice) return 'toDevice';
  if (octet === directions.fromDevice) return 'fromDevice';
  throw new CodecRefusal('format');
}

/** Refuses `truncated`, `length`, `sync`, `checksum` and `format` (no known direction). */
export const taidocFrame: Codec<TaidocFrame> = {
  decode: (octets) => {
    exactly(octets, frameLength);
    refuseUnless(octets[0] === start, 'sync');
    refuseUnless(sum8(octets.subarray(0, -1)) === octets[frameLength - 1], 'checksum');
    return {
      command: octetAt(octets, 1),
      data: toHex(octets.subarray(2, directionPlace)),
      direction: direction(octetAt(octets, directionPlace)),
    };
  },
  encode: ({ command, data, direction: sender }) => {
    const octets = fromHex(data);
    refuseUnless(octets.length === 4, 'length');
    const body = Uint8Array.of(start, whole(command, 0, 0xff), ...octets, directions[sender]);
    return Uint8Array.of(...body, sum8(body));
  },
};

export interface TaidocTime {
  /** To the minute. */
  readonly dateTime: LocalDateTime;
}

/** The four data octets of a time; refuses `truncated`, `length` and `range`. */
export const taidocTime: Codec<TaidocTime> = {
  decode: (octets) => {
    exactly(octets, 4);
    const reader = new OctetReader(octets);
    const date = reader.uint16();
    const minute = reader.uint8();
    const [year, month, day] = [2000 + (date >> 9), (date >> 5) & 0x0f, date & 0x1f];
    return { dateTime: toLocal({ year, month, day, hour: reader.uint8(), minute }) };
  },
  encode: ({ dateTime }) => {
    const { year, month, day, hour, minute } = fromLocal(dateTime);
    const date = (whole(year - 2000, 0, 0x7f) << 9) | (month << 5) | day;
    return new OctetWriter().uint16(date).put([minute, hour]).octets();
  },
};
