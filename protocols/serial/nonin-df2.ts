/**
 * A stretch of a Nonin data format 2 stream: the packets that are whole in it. Frames that do not
 * check, frames before the first SYNC and frames behind the 25th are left out; after any of them
 * the next packet begins at the next SYNC. Source: pufferfish-software FrameReceiver and
 * PacketReceiver.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import { refuseUnless } from './fields.js';
import { df2Layout, frameFault, frameLength, isSync, statusAt } from './nonin-frame.js';
import { framesPerPacket, noninDf2Packet, packetAt, type NoninPacket } from './nonin-packet.js';

type PacketValues = Omit<
  NoninPacket,
  'timer' | 'smartPoint' | 'lowBattery' | 'sensorAlarm' | 'firstPleth'
>;

export interface NoninDf2Stretch {
  readonly packets: readonly PacketValues[];
  /** Frames of the packet that was not complete when the octets ended. */
  readonly incompleteFrames: number;
}

function valuesOf(packet: NoninPacket): PacketValues {
  return {
    pulseRate: packet.pulseRate,
    spo2: packet.spo2,
    firmwareRevision: packet.firmwareRevision,
    spo2Display: packet.spo2Display,
    spo2Fast: packet.spo2Fast,
    spo2BeatToBeat: packet.spo2BeatToBeat,
    pulseRateExtended: packet.pulseRateExtended,
    spo2Extended: packet.spo2Extended,
    spo2ExtendedDisplay: packet.spo2ExtendedDisplay,
    pulseRateDisplay: packet.pulseRateDisplay,
    pulseRateExtendedDisplay: packet.pulseRateExtendedDisplay,
  };
}

/**
 * Finds the packets the way the oximeter's SYNC bit tells. Frames that count for one follow each other
 * without a gap, so that the place of the first one says where all are. Refuses `sync` without any
 * frame.
 */
function collect(octets: Uint8Array): NoninDf2Stretch {
  const packets: PacketValues[] = [];
  let frames = 0;
  let start = 0;
  let isAny = false;
  for (let at = 0; at + frameLength <= octets.length;) {
    if (frameFault(df2Layout, octets, at) !== null) {
      frames = 0;
      at += 1;
      continue;
    }
    isAny = true;
    if (isSync(statusAt(df2Layout, octets, at))) [frames, start] = [1, at];
    else if (frames > 0) frames += 1;
    if (frames === framesPerPacket) {
      packets.push(valuesOf(packetAt(df2Layout, octets, start)));
      frames = 0;
    }
    at += frameLength;
  }
  refuseUnless(isAny, 'sync');
  return { packets, incompleteFrames: frames };
}

/** Level 8-bit waveform in the middle of the range, for virtual devices. */
const levelPleth = 0x80;

function fullPacket(values: PacketValues): NoninPacket {
  return {
    ...values,
    timer: 0,
    smartPoint: false,
    lowBattery: false,
    sensorAlarm: false,
    firstPleth: levelPleth,
  };
}

/** The first frames of a packet that says that nothing is measured. */
function unfinished(frames: number): Uint8Array {
  if (frames < 0 || frames >= framesPerPacket) throw new CodecRefusal('range');
  const nothing: PacketValues = {
    pulseRate: null,
    spo2: null,
    firmwareRevision: 0,
    spo2Display: null,
    spo2Fast: null,
    spo2BeatToBeat: null,
    pulseRateExtended: null,
    spo2Extended: null,
    spo2ExtendedDisplay: null,
    pulseRateDisplay: null,
    pulseRateExtendedDisplay: null,
  };
  return noninDf2Packet.encode(fullPacket(nothing)).subarray(0, frames * frameLength);
}

/** Refuses `truncated` without one whole frame and `sync` when no frame is found at all. */
export const noninDf2: Codec<NoninDf2Stretch> = {
  decode: (octets) => {
    refuseUnless(octets.length >= frameLength, 'truncated');
    return collect(octets);
  },
  encode: ({ packets, incompleteFrames }) => {
    const whole = packets.flatMap((one) => Array.from(noninDf2Packet.encode(fullPacket(one))));
    return Uint8Array.from([...whole, ...unfinished(incompleteFrames)]);
  },
};
