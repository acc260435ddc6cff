/**
 * Where the frames are in what a Nonin oximeter sends, for each of its data formats. Every rule
 * also finds the short answers that come between the data: ACK, NAK and level 1 replies. Source:
 * Nonin 9560 OEM specification 6470-000-01.
 */
import { firstOf, fixedFrames, frameOf, type FrameRule, type FrameVerdict } from './framer.js';
import { df13Length, longestDf13 } from './nonin-df13.js';
import { df8Length } from './nonin-df8.js';
import {
  df2Layout,
  df7Layout,
  frameFault,
  frameLength,
  isSync,
  statusAt,
  type FrameLayout,
} from './nonin-frame.js';
import { packetLength } from './nonin-packet.js';

const ack = 0x06;
const nak = 0x15;
const stx = 0x02;
const etx = 0x03;
/** Replies have the op code of the request with the highest bit set. */
const lowestReply = 0x80;
/** STX, op code, length and ETX. */
const replySurroundings = 4;
/** The longest documented reply, the serial number, has 11 data octets; half as much again. */
const longestReplyData = 16;

function reply(octets: Uint8Array, inStep: boolean): FrameVerdict {
  const [first = 0, opCode = lowestReply, length = 0] = octets;
  if (first === ack || first === nak) return inStep ? frameOf(1) : 'skip';
  if (first !== stx || opCode < lowestReply || length > longestReplyData) return 'skip';
  const end = length + replySurroundings;
  if (octets.length < 3 || octets.length < end) return 'more';
  return octets[end - 1] === etx ? frameOf(end) : 'skip';
}

/** ACK, NAK and `02 op length … 03`. */
export const noninReplies: FrameRule = {
  longest: longestReplyData + replySurroundings,
  look: reply,
};

/** Status bits of the first frame of a packet: always set, and SYNC. */
const firstStatus = 0x81;
const isFirstStatus = (octet: number): boolean => (octet & firstStatus) === firstStatus;

/**
 * A packet is taken only when all its 25 frames check and only the first is marked SYNC. `opening`
 * says early what cannot be a packet's beginning, so that a short reply need not wait for more
 * octets.
 */
function packets(layout: FrameLayout, opening: (octets: Uint8Array) => boolean): FrameRule {
  const fits = (octets: Uint8Array, at: number): boolean =>
    frameFault(layout, octets, at) === null && isSync(statusAt(layout, octets, at)) === (at === 0);
  return {
    longest: packetLength,
    look: (octets) => {
      if (!opening(octets)) return 'skip';
      for (let at = 0; at + frameLength <= octets.length; at += frameLength) {
        if (!fits(octets, at)) return 'skip';
      }
      return octets.length < packetLength ? 'more' : frameOf(packetLength);
    },
  };
}

/** Packets of 125 octets for `noninDf2Packet`, and replies. */
export const noninDf2Stream: FrameRule = firstOf(
  packets(df2Layout, ([start = 1, status = firstStatus]) => start === 1 && isFirstStatus(status)),
  noninReplies,
);

/** Packets of 125 octets for `noninDf7Packet`, and replies. */
export const noninDf7Stream: FrameRule = firstOf(
  packets(df7Layout, ([status = firstStatus]) => isFirstStatus(status)),
  noninReplies,
);

/** Frames of four octets for `noninDf8`, and replies. */
export const noninDf8Stream: FrameRule = firstOf(
  fixedFrames(df8Length, (octet, place) => octet >= 0x80 === (place === 0)),
  noninReplies,
);

const spotChecks: FrameRule = {
  longest: longestDf13,
  look: (octets) => {
    const length = df13Length(octets);
    if (length === 0) return 'skip';
    if (length === null || octets.length < length) return 'more';
    return octets[length - 1] === etx ? frameOf(length) : 'skip';
  },
};

/** Spot checks for `noninDf13` (their check octet is the codec's business), and replies. */
export const noninDf13Stream: FrameRule = firstOf(spotChecks, noninReplies);
