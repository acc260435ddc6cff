/**
 * An ASTM E1381 frame with an E1394 record from a Bayer or Ascensia Contour over USB: `02`, frame
 * number, text, CR, `17` (more follows) or `03` (last), two hexadecimal digits, CR LF. The digits
 * are the sum from the frame number to the end mark, modulo 256. EOT and ENQ may stand around the
 * frame. Sources: glucometerutils contourusb and its tests, Tidepool uploader bayerContourNext.
 */
import type { Codec } from '../codec.js';
import { ascii, asciiOctets, octetAt, refuseUnless, sum8, whole } from './fields.js';

interface Frame {
  /** 0…7, counts on with each frame. */
  readonly frameNumber: number;
  readonly last: boolean;
}

export interface AstmHeader extends Frame {
  readonly recordType: 'H';
  readonly product: string;
  readonly serial: string;
  /** Digits as sent: YYYYMMDDHHMM, on some models with seconds. */
  readonly timestamp: string;
}

export interface AstmResult extends Frame {
  readonly recordType: 'R';
  readonly sequence: number;
  readonly test: string;
  /** At a limit of the meter's range when the markers hold `<` or `>`. */
  readonly value: number;
  readonly unit: string;
  /** B blood, P plasma, D as set; null when not said. */
  readonly reference: string | null;
  /** Separated by `/`: B before, A after a meal, C control solution, `<` and `>` out of range. */
  readonly markers: string;
  readonly timestamp: string;
}

/** Any other record: P patient, O order, C comment, L terminator. */
export interface AstmOther extends Frame {
  readonly recordType: string;
}

export type AstmFrame = AstmHeader | AstmResult | AstmOther;

const stx = 0x02;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const ends = { more: 0x17, last: 0x03 } as const;
/** EOT, ENQ, ACK and NAK are sent between frames, not inside. */
const lineControls: readonly number[] = [0x04, 0x05, 0x06, 0x15];
/** End mark, two digits, CR LF. */
const tailLength = 5;
const frameNumberPattern = /^[0-7]$/;
const checkPattern = /^[0-9A-Fa-f]{2}$/;
const timestampPattern = /^(?:\d{12}|\d{14})$/;
const sequencePattern = /^\d+$/;
const valuePattern = /^\d+(?:\.\d+)?$/;
const recordPattern = /^[A-Z]$/;

/** The frame without what stands around it; refuses `sync` and `truncated`. */
function frameIn(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => !lineControls.includes(octet));
  refuseUnless(start >= 0 && octets[start] === stx, 'sync');
  const end = octets.indexOf(lineFeed);
  refuseUnless(end - start > tailLength + 1, 'truncated');
  refuseUnless(
    octets.subarray(end + 1).every((octet) => lineControls.includes(octet)),
    'length',
  );
  return octets.subarray(start, end + 1);
}

interface Opened extends Frame {
  readonly text: string;
}

/** Frame number and text, once the check sum holds. */
function open(frame: Uint8Array): Opened {
  const endAt = frame.length - tailLength;
  const end = octetAt(frame, endAt);
  refuseUnless(end === ends.more || end === ends.last, 'format');
  refuseUnless(frame[frame.length - 2] === carriageReturn, 'format');
  const digits = ascii(frame.subarray(endAt + 1, endAt + 3));
  const check = sum8(frame.subarray(1, endAt + 1));
  refuseUnless(checkPattern.test(digits) && Number.parseInt(digits, 16) === check, 'checksum');
  const number = ascii(frame.subarray(1, 2));
  refuseUnless(frameNumberPattern.test(number), 'format');
  const text = ascii(frame.subarray(2, endAt)).replace(/\r$/, '');
  return { frameNumber: Number(number), last: end === ends.last, text };
}

function timestampOf(field: string | undefined): string {
  refuseUnless(field !== undefined && timestampPattern.test(field), 'format');
  return field;
}

// Fields are set one by one: spread objects and lists taken apart cost ten times as much.
function header({ frameNumber, last }: Frame, fields: readonly string[]): AstmHeader {
  const device = (fields[4] ?? '').split('^');
  const product = device[0] ?? '';
  const serial = device[2] ?? '';
  refuseUnless(product !== '' && serial !== '', 'format');
  const timestamp = timestampOf(fields[13]);
  return { frameNumber, last, recordType: 'H', product, serial, timestamp };
}

function result({ frameNumber, last }: Frame, fields: readonly string[]): AstmResult {
  const sequence = fields[1] ?? '';
  const value = fields[3] ?? '';
  const measured = (fields[4] ?? '').split('^');
  const unit = measured[0] ?? '';
  const reference = measured[1] ?? '';
  refuseUnless(sequencePattern.test(sequence) && valuePattern.test(value), 'format');
  refuseUnless(unit !== '', 'unit');
  return {
    frameNumber,
    last,
    recordType: 'R',
    sequence: Number(sequence),
    test: (fields[2] ?? '').split('^')[3] ?? '',
    value: Number(value),
    unit,
    reference: reference === '' ? null : reference,
    markers: fields[6] ?? '',
    timestamp: timestampOf(fields[8]),
  };
}

function record(opened: Opened): AstmFrame {
  const fields = opened.text.split('|');
  const recordType = fields[0] ?? '';
  if (recordType === 'H') return header(opened, fields);
  if (recordType === 'R') return result(opened, fields);
  refuseUnless(recordPattern.test(recordType), 'format');
  return { frameNumber: opened.frameNumber, last: opened.last, recordType };
}

function textOf(frame: AstmFrame): string {
  if ('product' in frame) {
    const device = `${frame.product}^^${frame.serial}^`;
    return `H|\\^&|||${device}||||||||1|${frame.timestamp}`;
  }
  if (!('value' in frame)) return `${frame.recordType}|1`;
  const measured = frame.reference === null ? frame.unit : `${frame.unit}^${frame.reference}`;
  const test = `^^^${frame.test}`;
  const fields = [
    'R',
    frame.sequence,
    test,
    frame.value,
    measured,
    '',
    frame.markers,
    '',
    frame.timestamp,
  ];
  return fields.join('|');
}

/** Refuses `sync`, `truncated`, `length`, `checksum`, `format` and `unit`. */
export const astmFrame: Codec<AstmFrame> = {
  decode: (octets) => record(open(frameIn(octets))),
  encode: (frame) => {
    const number = whole(frame.frameNumber, 0, 7).toString();
    const text = asciiOctets(`${number}${textOf(frame)}\r`);
    const covered = Uint8Array.of(...text, frame.last ? ends.last : ends.more);
    const check = sum8(covered).toString(16).toUpperCase().padStart(2, '0');
    return Uint8Array.of(stx, ...covered, ...asciiOctets(`${check}\r\n`));
  },
};
