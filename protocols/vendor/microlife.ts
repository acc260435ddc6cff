/**
 * Microlife BP3GY1-2N over the vendor service FFF0. A frame is `4D`, `FF` for a command or `3A` for
 * a reply, the length of payload and check octet (16 bits, big endian), payload, check octet (sum
 * of all before it modulo 256). Source: blood-pressure-monitor-fl Microlife protocol and its tests.
 */
import { fromHex, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { exactly, octetAt, orNull, refuseUnless, sum8, whole } from '../serial/fields.js';
import { fromLocal, toLocal } from '../serial/local-time.js';

export interface MicrolifeFrame {
  readonly direction: 'command' | 'reply';
  /** Hexadecimal. */
  readonly payload: string;
}

const start = 0x4d;
const directions = { command: 0xff, reply: 0x3a } as const;
/** Start, direction and length. */
const headLength = 4;

function direction(octet: number): MicrolifeFrame['direction'] {
  if (octet === directions.command) return 'command';
  if (octet === directions.reply) return 'reply';
  throw new CodecRefusal('sync');
}

/** Refuses `truncated`, `length`, `sync` and `checksum`. */
export const microlifeFrame: Codec<MicrolifeFrame> = {
  decode: (octets) => {
    refuseUnless(octetAt(octets, 0) === start, 'sync');
    const sender = direction(octetAt(octets, 1));
    const length = (octetAt(octets, 2) << 8) | octetAt(octets, 3);
    refuseUnless(length >= 1, 'length');
    exactly(octets, headLength + length);
    const body = octets.subarray(0, -1);
    refuseUnless(sum8(body) === octetAt(octets, octets.length - 1), 'checksum');
    return { direction: sender, payload: toHex(body.subarray(headLength)) };
  },
  encode: (frame) => {
    const payload = fromHex(frame.payload);
    const body = new OctetWriter()
      .put([start, directions[frame.direction]])
      .uint16be(whole(payload.length + 1, 1, 0xffff))
      .put(payload)
      .octets();
    return Uint8Array.of(...body, sum8(body));
  },
};

export interface MicrolifeRecord {
  /** mmHg. */
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulseRate: number;
  /** To the minute. */
  readonly timestamp: LocalDateTime;
}

export interface MicrolifeRecords {
  readonly records: readonly MicrolifeRecord[];
}

const recordsAt = 38;
const recordStride = 10;
/** The two octets behind these are padding. */
const recordLength = 8;

/** The record in a slot; null for an empty slot and for one whose date no calendar has. */
function recordOf(slot: Uint8Array): MicrolifeRecord | null {
  const [systolic = 0, diastolic = 0, pulseRate = 0, year = 0] = slot;
  const [month = 0, day = 0, hour = 0, minute = 0] = slot.subarray(4);
  if (systolic === 0 && diastolic === 0 && pulseRate === 0) return null;
  const timestamp = orNull(() => toLocal({ year: 2000 + year, month, day, hour, minute }));
  return timestamp === null ? null : { systolic, diastolic, pulseRate, timestamp };
}

function slotOf({ systolic, diastolic, pulseRate, timestamp }: MicrolifeRecord): number[] {
  const { year, month, day, hour, minute } = fromLocal(timestamp);
  const values = [systolic, diastolic, pulseRate, year - 2000].map((one) => whole(one, 0, 0xff));
  return [...values, month, day, hour, minute, 0, 0];
}

/**
 * Payload of the answer to "get measurements": records from octet 38 on, every ten octets. Slots
 * that are empty or carry an impossible date are left out, as the cited client does. Refuses
 * `truncated`.
 */
export const microlifeRecords: Codec<MicrolifeRecords> = {
  decode: (octets) => {
    refuseUnless(octets.length >= recordsAt, 'truncated');
    const records: MicrolifeRecord[] = [];
    for (let at = recordsAt; at + recordLength <= octets.length; at += recordStride) {
      const record = recordOf(octets.subarray(at, at + recordLength));
      if (record !== null) records.push(record);
    }
    return { records };
  },
  encode: ({ records }) =>
    Uint8Array.from([...new Uint8Array(recordsAt), ...records.flatMap(slotOf)]),
};
