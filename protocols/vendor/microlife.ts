/**
 * Microlife BP3GY1-2N over the vendor service FFF0. A frame is `4D`, `FF` for a command or `3A` for
 * a reply, the length of payload and check octet (16 bits, big endian), payload, check octet (sum
 * of all before it modulo 256). Source: blood-pressure-monitor-fl Microlife protocol and its tests.
 */
import { fromHex, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { exactly, octetAt, orNull, refuseUnless, sum8, whole } from '../serial/fields.js';
import { frameOf, type FrameRule } from '../serial/framer.js';
import { fromLocal, putShortTime, toLocal } from '../serial/local-time.js';

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

/**
 * One record, without the two octets of padding behind it. Refuses `truncated`, `length`, `empty` (an
 * unused slot) and `range` (a date that no calendar has).
 */
export const microlifeRecord: Codec<MicrolifeRecord> = {
  decode: (octets) => {
    exactly(octets, recordLength);
    const [systolic = 0, diastolic = 0, pulseRate = 0, year = 0] = octets;
    const [month = 0, day = 0, hour = 0, minute = 0] = octets.subarray(4);
    refuseUnless(systolic !== 0 || diastolic !== 0 || pulseRate !== 0, 'empty');
    const timestamp = toLocal({ year: 2000 + year, month, day, hour, minute });
    return { systolic, diastolic, pulseRate, timestamp };
  },
  encode: ({ systolic, diastolic, pulseRate, timestamp }) => {
    const { year, month, day, hour, minute } = fromLocal(timestamp);
    const values = [systolic, diastolic, pulseRate, year - 2000].map((one) => whole(one, 0, 0xff));
    return Uint8Array.of(...values, month, day, hour, minute);
  },
};

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
      const slot = octets.subarray(at, at + recordLength);
      const record = orNull(() => microlifeRecord.decode(slot));
      if (record !== null) records.push(record);
    }
    return { records };
  },
  encode: ({ records }) => {
    const slots = records.flatMap((record) => [...microlifeRecord.encode(record), 0, 0]);
    return Uint8Array.from([...new Uint8Array(recordsAt), ...slots]);
  },
};

/** Room for 200 records of ten octets; how many the monitor keeps is not verified. */
const longestPayload = 2_048;

/** Frames of one sender in a stream of octets. */
function framesFrom(sender: number): FrameRule {
  return {
    longest: headLength + longestPayload,
    look: (octets) => {
      if (octets[0] !== start) return 'skip';
      if (octets.length > 1 && octets[1] !== sender) return 'skip';
      if (octets.length < headLength) return 'more';
      const length = (octetAt(octets, 2) << 8) | octetAt(octets, 3);
      if (length < 1 || length > longestPayload) return 'skip';
      return octets.length < headLength + length ? 'more' : frameOf(headLength + length);
    },
  };
}

/** Where the monitor's answers are in what it notifies. */
export const microlifeReplies: FrameRule = framesFrom(directions.reply);
/** Where the commands are in what is written to it. */
export const microlifeCommands: FrameRule = framesFrom(directions.command);

const setTimeCode = 0x0d;

/** "Set time", the command as a frame; refuses `range`. */
export function microlifeSetTime(now: LocalDateTime): Uint8Array {
  const time = putShortTime(new OctetWriter().uint8(setTimeCode), now).octets();
  return microlifeFrame.encode({ direction: 'command', payload: toHex(time) });
}

/** "Get measurements": the answer carries the memory. */
export const microlifeGetRecords = microlifeFrame.encode({
  direction: 'command',
  payload: '00000000000000fd',
});

/** "Get id": the answer tells which of the two users is chosen on the monitor. */
export const microlifeGetUser = microlifeFrame.encode({ direction: 'command', payload: '05' });

/** The octet of the user, then what the application wrote about each: a mark and twenty letters. */
const userAt = 1;
const userAnswerLength = 2 + 2 * (1 + 20);

/** The chosen user, 1 or 2, in the payload of the answer; null when it is another answer. */
export function microlifeUser(payload: Uint8Array): number | null {
  const user = payload[userAt];
  const isUser = payload.length >= userAnswerLength - 1 && (user === 1 || user === 2);
  return isUser ? user : null;
}

/** Payload of that answer, for a virtual monitor. */
export function microlifeUserPayload(user: number): string {
  const payload = new Uint8Array(userAnswerLength);
  payload[userAt] = whole(user, 1, 2);
  return toHex(payload);
}

/** "Disconnect": there is no answer to it. */
export const microlifeDisconnect = microlifeFrame.encode({ direction: 'command', payload: '04' });
