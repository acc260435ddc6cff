/**
 * LifeScan OneTouch Verio over BLE: `01`, then a LifeScan frame with link octet 00 whose message
 * begins with a prefix (03 between app and meter, 04 for third-party apps); an acknowledgement is
 * the single octet 81. A reading is a message of 12 octets that begins with 06: seconds since
 * 2000-01-01 and mg/dL, little endian, then the control solution flag. Sources: Tidepool uploader,
 * LivecareBluetoothSDK.
 */
import { fromHex, OctetReader, OctetWriter, toHex } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { octetAt, refuseUnless, whole } from '../serial/fields.js';
import { lifescanFrame } from '../serial/lifescan-frame.js';
import { frameOf, type FrameRule } from '../serial/framer.js';
import { fromEpochSeconds, toEpochSeconds } from '../serial/local-time.js';

interface VerioMessage {
  readonly prefix: number;
  /** Hexadecimal, without the prefix. */
  readonly payload: string;
}

export interface VerioRecord extends VerioMessage {
  readonly record: true;
  readonly timestamp: LocalDateTime;
  readonly glucoseMgPerDl: number;
  /** Never a patient's value. */
  readonly controlSolution: boolean;
}

export type VerioFrame = { readonly ack: true } | VerioMessage | VerioRecord;

const firstOfOne = 0x01;
const acknowledgement = 0x81;
const replyOk = 0x06;
const recordLength = 12;
/** 2000-01-01 on a clock without zone. */
const epoch2000 = toEpochSeconds('2000-01-01T00:00:00');

/** `01` in front of a LifeScan frame, whose second octet is its length. */
const lifescanStart = 0x02;
const smallestFrame = 8;

/** Where frames and acknowledgements are in what the meter notifies. */
export const verioStream: FrameRule = {
  longest: 0x100,
  look: ([first, second, length, ...rest]) => {
    if (first === acknowledgement) return frameOf(1);
    if (first !== firstOfOne) return 'skip';
    if (second === undefined) return 'more';
    if (second !== lifescanStart) return 'skip';
    if (length === undefined) return 'more';
    if (length + 1 < smallestFrame) return 'skip';
    return rest.length + 3 < length + 1 ? 'more' : frameOf(length + 1);
  },
};

/** The meter's clock: seconds since 2000-01-01, four octets, little endian. Refuses `truncated`. */
export const verioClock: Codec<LocalDateTime> = {
  decode: (octets) => fromEpochSeconds(epoch2000 + new OctetReader(octets).uint32()),
  encode: (shown) =>
    new OctetWriter().uint32(whole(toEpochSeconds(shown) - epoch2000, 0, 0xffff_ffff)).octets(),
};

/** What the record says; null when it is none, or the meter's mark for "not a valid reading". */
function recordOf(payload: Uint8Array): Omit<VerioRecord, 'prefix' | 'payload'> | null {
  if (payload.length !== recordLength || payload[0] !== replyOk) return null;
  const reader = new OctetReader(payload.subarray(1));
  const seconds = reader.uint32();
  const glucoseMgPerDl = reader.uint16();
  if (glucoseMgPerDl === 0) return null;
  return {
    record: true,
    timestamp: fromEpochSeconds(epoch2000 + seconds),
    glucoseMgPerDl,
    controlSolution: reader.uint8() !== 0,
  };
}

/** Message octets of a reading, for virtual devices; refuses `range`. */
export function verioRecordPayload(
  record: Pick<VerioRecord, 'timestamp' | 'glucoseMgPerDl' | 'controlSolution'>,
): string {
  const seconds = toEpochSeconds(record.timestamp) - epoch2000;
  const octets = new OctetWriter()
    .uint8(replyOk)
    .uint32(whole(seconds, 0, 0xffff_ffff))
    .uint16(whole(record.glucoseMgPerDl, 1, 0xffff))
    .uint8(record.controlSolution ? 1 : 0)
    .uint32(0)
    .octets();
  return toHex(octets);
}

/**
 * Refuses `format` (no single-packet frame, or another link octet) and what a LifeScan frame
 * refuses. The encoder writes the payload; the decoded fields of a record follow from it.
 */
export const verioFrame: Codec<VerioFrame> = {
  decode: (octets) => {
    if (octets.length === 1 && octets[0] === acknowledgement) return { ack: true };
    refuseUnless(octetAt(octets, 0) === firstOfOne, 'format');
    const frame = lifescanFrame.decode(octets.subarray(1));
    refuseUnless(frame.linkControl === 0, 'format');
    const message = fromHex(frame.payload);
    const payload = message.subarray(1);
    return { prefix: octetAt(message, 0), payload: toHex(payload), ...recordOf(payload) };
  },
  encode: (frame) => {
    if ('ack' in frame) return Uint8Array.of(acknowledgement);
    const message = `${toHex(Uint8Array.of(whole(frame.prefix, 0, 0xff)))}${frame.payload}`;
    return Uint8Array.of(firstOfOne, ...lifescanFrame.encode({ linkControl: 0, payload: message }));
  },
};
