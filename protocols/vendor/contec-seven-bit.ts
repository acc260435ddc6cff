/**
 * Contec's BLE frames on FF01 and FF02 (CMS50D-BT, SP spirometers, Beurer PO60): a command octet
 * with bit 7 set, octets without it, and the sum of all before modulo 128 as the last octet.
 * Sources: OxiVis issue 2, Beurer PO60 client, Mobistudy PO60 driver, contec-spirometer-ios-app.
 */
import { OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec, type Decode } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { bit, exactly, octetAt, refuseUnless, sum8, whole } from '../serial/fields.js';
import { putShortTime, toLocal } from '../serial/local-time.js';

export interface ContecSpo2 {
  readonly command: 235;
  readonly kind: 'spo2';
  readonly finger: 'in' | 'out';
  readonly pulseRate: number | null;
  readonly spo2: number | null;
}

export type ContecFrame =
  { readonly command: number } | { readonly command: 235; readonly kind: 'pleth' } | ContecSpo2;

const live = 0xeb;
const liveKind = { pleth: 0, spo2: 1 } as const;
const spo2Length = 8;
const plethLength = 6;
const fingerBit = 1;
const missing = 0x7f;
const highestSpo2 = 100;
/** Octets 5 and 6 of the live frame never change. */
const constantOctets = [0x7f, 0x00] as const;
/** Set in octet 2 with and without a finger. */
const alwaysSet = 0x04;

function checked(octets: Uint8Array): void {
  refuseUnless(octets.length >= 2, 'truncated');
  const [command = 0, ...rest] = octets;
  refuseUnless(bit(command, 7) && rest.every((octet) => !bit(octet, 7)), 'sync');
  const sum = sum8(octets.subarray(0, -1)) & 0x7f;
  refuseUnless(sum === octets[octets.length - 1], 'checksum');
}

function spo2Frame(octets: Uint8Array): ContecSpo2 {
  exactly(octets, spo2Length);
  const [, , state = 0, pulse = 0, spo2 = 0] = octets;
  const nothing = pulse === missing && spo2 === missing;
  refuseUnless(spo2 <= highestSpo2 || spo2 === missing, 'range');
  return {
    command: live,
    kind: 'spo2',
    finger: bit(state, fingerBit) ? 'in' : 'out',
    pulseRate: nothing ? null : pulse,
    spo2: spo2 === missing ? null : spo2,
  };
}

/**
 * Any frame by its command; live frames of the CMS50D-BT with their content. There is no encoder
 * for the type as a whole, because a command's arguments are not decoded: see {@link contecCommand}
 * and {@link encodeContecSpo2}. Refuses `truncated`, `sync`, `checksum`, `length` and `range`.
 */
export const decodeContecFrame: Decode<ContecFrame> = (octets) => {
  checked(octets);
  const command = octetAt(octets, 0);
  if (command !== live) return { command };
  if (octets[1] === liveKind.spo2) return spo2Frame(octets);
  if (octets[1] !== liveKind.pleth) return { command };
  exactly(octets, plethLength);
  return { command: live, kind: 'pleth' };
};

/** A frame of this command and these 7-bit arguments; refuses `range`. */
export function contecCommand(command: number, ...args: readonly number[]): Uint8Array {
  const body = [whole(command, 0x80, 0xff), ...args.map((argument) => whole(argument, 0, 0x7f))];
  return Uint8Array.of(...body, sum8(Uint8Array.from(body)) & 0x7f);
}

/** The live frame of a CMS50D-BT with these values; refuses `range`. */
export function encodeContecSpo2({ finger, pulseRate, spo2 }: ContecSpo2): Uint8Array {
  const state = alwaysSet | (finger === 'in' ? 1 << fingerBit : 0);
  const values = [pulseRate ?? missing, spo2 ?? missing];
  return contecCommand(live, liveKind.spo2, state, ...values, ...constantOctets);
}

/** One stored measurement of a Beurer PO60. */
export interface Po60Record {
  /** Number within the batch of ten. */
  readonly index: number;
  /** No further record is stored. */
  readonly last: boolean;
  readonly startTime: LocalDateTime;
  readonly endTime: LocalDateTime;
  readonly spo2: { readonly max: number; readonly min: number; readonly average: number };
  readonly pulseRate: { readonly max: number; readonly min: number; readonly average: number };
}

const recordLength = 24;
/** First octet of a stored record. */
export const po60RecordStart = 0xe9;
const lastRecordBit = 6;

function span([max = 0, min = 0, average = 0]: Uint8Array) {
  return { max, min, average };
}

function timeAt(octets: Uint8Array, at: number): LocalDateTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = octets.subarray(at);
  return toLocal({ year: 2000 + year, month, day, hour, minute, second });
}

/**
 * A stored record (E9) of a Beurer PO60, joined from its two notifications. Octets 14-16 are not
 * known and a pulse rate above 127 cannot be said in it. Refuses `truncated`, `length`, `sync`,
 * `checksum`, `opcode` and `range`.
 */
export const beurerPo60Record: Codec<Po60Record> = {
  decode: (octets) => {
    exactly(octets, recordLength);
    checked(octets);
    refuseUnless(octets[0] === po60RecordStart, 'opcode');
    const spo2 = span(octets.subarray(17, 20));
    if (spo2.max > highestSpo2 || spo2.average > highestSpo2) throw new CodecRefusal('range');
    return {
      index: octetAt(octets, 1) & 0x0f,
      last: bit(octetAt(octets, 1), lastRecordBit),
      startTime: timeAt(octets, 2),
      endTime: timeAt(octets, 8),
      spo2,
      pulseRate: span(octets.subarray(20, 23)),
    };
  },
  encode: ({ index, last, startTime, endTime, spo2, pulseRate }) => {
    const times = putShortTime(putShortTime(new OctetWriter(), startTime), endTime).octets();
    const number = whole(index, 0, 0x0f) | (last ? 1 << lastRecordBit : 0);
    const values = [spo2, pulseRate].flatMap(({ max, min, average }) => [max, min, average]);
    return contecCommand(po60RecordStart, number, ...times, 0, 0, 0, ...values);
  },
};
