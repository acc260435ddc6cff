/**
 * One of the 75 frames a second of Nonin's data formats 2 and 7.
 *
 * Format 2: `01 status pleth data check`; format 7: `status pleth-high pleth-low data check`. The
 * check octet is the sum of the four before it, modulo 256. Source: Nonin 9560 OEM specification
 * 6470-000-01 (data formats 2 and 7), pufferfish-software Nonin driver tests.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import { bit, exactly, flag, sum8, whole } from './fields.js';

/** Signal quality of the pulse in this frame; `none` outside a pulse. */
export type Perfusion = 'none' | 'green' | 'red' | 'yellow';

export interface NoninFrame {
  /** Set in the first of the 25 frames of a packet. */
  readonly sync: boolean;
  readonly perfusion: Perfusion;
  readonly sensorDisconnect: boolean;
  /** A pulse beat that did not match the current pulse interval. */
  readonly artifact: boolean;
  /** No consecutive good pulse signals. */
  readonly outOfTrack: boolean;
  /** The sensor gives unusable data: the finger is out. */
  readonly sensorAlarm: boolean;
  /** 8 bits in format 2, 16 bits in format 7. */
  readonly pleth: number;
  /** The octet whose meaning follows from the frame's place in its packet. */
  readonly data: number;
}

export const frameLength = 5;
const formatTwoStart = 0x01;
const statusBit = 7;
/** The check octet covers all before it. */
const checkPlace = 4;
/** The octet whose meaning follows from the frame's place in its packet. */
const dataPlace = 3;

/** Where a format has its status and its waveform; what starts a frame, where something does. */
export interface FrameLayout {
  readonly start: number | null;
  readonly statusPlace: number;
  readonly plethPlace: number;
  readonly plethOctets: 1 | 2;
}

export const df2Layout: FrameLayout = {
  start: formatTwoStart,
  statusPlace: 1,
  plethPlace: 2,
  plethOctets: 1,
};
export const df7Layout: FrameLayout = {
  start: null,
  statusPlace: 0,
  plethPlace: 1,
  plethOctets: 2,
};

/**
 * Why the five octets from `at` on are no frame; null when they are one. They come 75 times a second:
 * a stream is looked through without an object or an exception for each.
 */
export function frameFault(
  { start, statusPlace }: FrameLayout,
  octets: Uint8Array,
  at: number,
): 'checksum' | 'sync' | null {
  let sum = 0;
  for (let place = 0; place < checkPlace; place += 1) sum += octets[at + place] ?? 0;
  if ((sum & 0xff) !== octets[at + checkPlace]) return 'checksum';
  if (start !== null && octets[at] !== start) return 'sync';
  return bit(octets[at + statusPlace] ?? 0, statusBit) ? null : 'sync';
}

/** The status octet of the frame that begins at `at`. */
export function statusAt(layout: FrameLayout, octets: Uint8Array, at: number): number {
  return octets[at + layout.statusPlace] ?? 0;
}

/** Whether a status octet is that of the first frame of a packet. */
export function isSync(status: number): boolean {
  return bit(status, 0);
}

/** Whether a status octet says that the sensor gives unusable data. */
export function isSensorAlarm(status: number): boolean {
  return bit(status, 3);
}

export function plethAt(layout: FrameLayout, octets: Uint8Array, at: number): number {
  const first = octets[at + layout.plethPlace] ?? 0;
  return layout.plethOctets === 1
    ? first
    : (first << 8) | (octets[at + layout.plethPlace + 1] ?? 0);
}

export function dataAt(octets: Uint8Array, at: number): number {
  return octets[at + dataPlace] ?? 0;
}

/** Bits 2 (red) and 1 (green); both together are yellow. */
const perfusions: readonly Perfusion[] = ['none', 'green', 'red', 'yellow'];

function decodeFrame(layout: FrameLayout, octets: Uint8Array): NoninFrame {
  exactly(octets, frameLength);
  const fault = frameFault(layout, octets, 0);
  if (fault !== null) throw new CodecRefusal(fault);
  const status = statusAt(layout, octets, 0);
  return {
    sync: isSync(status),
    perfusion: perfusions[(status >> 1) & 3] ?? 'none',
    sensorDisconnect: bit(status, 6),
    artifact: bit(status, 5),
    outOfTrack: bit(status, 4),
    sensorAlarm: isSensorAlarm(status),
    pleth: plethAt(layout, octets, 0),
    data: dataAt(octets, 0),
  };
}

function statusOctet(frame: NoninFrame): number {
  const flags =
    flag(frame.sync, 0) |
    flag(frame.sensorDisconnect, 6) |
    flag(frame.artifact, 5) |
    flag(frame.outOfTrack, 4) |
    flag(frame.sensorAlarm, 3);
  return flag(true, statusBit) | flags | (perfusions.indexOf(frame.perfusion) << 1);
}

function withCheck(octets: readonly number[]): Uint8Array {
  const frame = Uint8Array.from(octets);
  return Uint8Array.of(...frame, sum8(frame));
}

/** A format 2 frame; refuses `truncated`, `length`, `sync` and `checksum`. */
export const noninDf2Frame: Codec<NoninFrame> = {
  decode: (octets) => decodeFrame(df2Layout, octets),
  encode: (frame) =>
    withCheck([
      formatTwoStart,
      statusOctet(frame),
      whole(frame.pleth, 0, 0xff),
      whole(frame.data, 0, 0xff),
    ]),
};

/** A format 7 frame; refuses `truncated`, `length`, `sync` and `checksum`. */
export const noninDf7Frame: Codec<NoninFrame> = {
  decode: (octets) => decodeFrame(df7Layout, octets),
  encode: (frame) => {
    const pleth = whole(frame.pleth, 0, 0xffff);
    return withCheck([statusOctet(frame), pleth >> 8, pleth & 0xff, whole(frame.data, 0, 0xff)]);
  },
};
