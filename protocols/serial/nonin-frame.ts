/**
 * One of the 75 frames a second of Nonin's data formats 2 and 7.
 *
 * Format 2: `01 status pleth data check`; format 7: `status pleth-high pleth-low data check`. The
 * check octet is the sum of the four before it, modulo 256. Source: Nonin 9560 OEM specification
 * 6470-000-01 (data formats 2 and 7), pufferfish-software Nonin driver tests.
 */
import type { Codec } from '../codec.js';
import { bit, exactly, flag, octetAt, refuseUnless, sum8, whole } from './fields.js';

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

/** Bits 2 (red) and 1 (green); both together are yellow. */
const perfusions: readonly Perfusion[] = ['none', 'green', 'red', 'yellow'];

function status(octet: number): Omit<NoninFrame, 'pleth' | 'data'> {
  refuseUnless(bit(octet, statusBit), 'sync');
  return {
    sync: bit(octet, 0),
    perfusion: perfusions[(octet >> 1) & 3] ?? 'none',
    sensorDisconnect: bit(octet, 6),
    artifact: bit(octet, 5),
    outOfTrack: bit(octet, 4),
    sensorAlarm: bit(octet, 3),
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

function checked(octets: Uint8Array): void {
  exactly(octets, frameLength);
  refuseUnless(sum8(octets.subarray(0, 4)) === octets[4], 'checksum');
}

/** A format 2 frame; refuses `truncated`, `length`, `sync` and `checksum`. */
export const noninDf2Frame: Codec<NoninFrame> = {
  decode: (octets) => {
    checked(octets);
    refuseUnless(octets[0] === formatTwoStart, 'sync');
    return {
      ...status(octetAt(octets, 1)),
      pleth: octetAt(octets, 2),
      data: octetAt(octets, 3),
    };
  },
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
  decode: (octets) => {
    checked(octets);
    return {
      ...status(octetAt(octets, 0)),
      pleth: (octetAt(octets, 1) << 8) | octetAt(octets, 2),
      data: octetAt(octets, 3),
    };
  },
  encode: (frame) => {
    const pleth = whole(frame.pleth, 0, 0xffff);
    return withCheck([statusOctet(frame), pleth >> 8, pleth & 0xff, whole(frame.data, 0, 0xff)]);
  },
};
