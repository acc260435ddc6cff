/**
 * A packet of Nonin's data formats 2 and 7: 25 frames, three packets a second, the first frame
 * marked SYNC. The data octet of frame n carries the n-th field; all fields are seven bits wide,
 * pulse rates are split into two high and seven low bits. Source: Nonin 9560 OEM specification
 * 6470-000-01.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import { bit, exactly, flag, refuseUnless, whole } from './fields.js';
import {
  dataAt,
  df2Layout,
  df7Layout,
  frameFault,
  frameLength,
  isSensorAlarm,
  isSync,
  noninDf2Frame,
  noninDf7Frame,
  plethAt,
  statusAt,
  type FrameLayout,
  type NoninFrame,
} from './nonin-frame.js';
import { pulseOf, rawPulse, rawSpo2, spo2Of } from './nonin-values.js';

export const framesPerPacket = 25;
export const packetLength = framesPerPacket * frameLength;

export interface NoninPacket {
  /** Recording value, four-beat average; missing at once when the finger is out. */
  readonly pulseRate: number | null;
  readonly spo2: number | null;
  readonly firmwareRevision: number;
  /** Seconds, 14 bits. */
  readonly timer: number;
  readonly smartPoint: boolean;
  readonly lowBattery: boolean;
  readonly spo2Display: number | null;
  readonly spo2Fast: number | null;
  readonly spo2BeatToBeat: number | null;
  /** Eight-beat average. */
  readonly pulseRateExtended: number | null;
  readonly spo2Extended: number | null;
  readonly spo2ExtendedDisplay: number | null;
  /** Display values are held for ten seconds after the finger is out. */
  readonly pulseRateDisplay: number | null;
  readonly pulseRateExtendedDisplay: number | null;
  /** Any frame of the packet says that the sensor gives no usable data: do not store. */
  readonly sensorAlarm: boolean;
  readonly firstPleth: number;
}

/** Zero-based places in the packet; a pulse rate or timer takes this place and the next. */
const place = {
  pulseRate: 0,
  spo2: 2,
  firmwareRevision: 3,
  timer: 5,
  status2: 7,
  spo2Display: 8,
  spo2Fast: 9,
  spo2BeatToBeat: 10,
  pulseRateExtended: 13,
  spo2Extended: 15,
  spo2ExtendedDisplay: 16,
  pulseRateDisplay: 19,
  pulseRateExtendedDisplay: 21,
} as const;

const smartPointBit = 5;
const lowBatteryBit = 0;
const sevenBits = 0x7f;
const highestPulseHigh = 0x03;
const highestTimer = 0x3fff;

/** Whether the first of 25 frames, and only it, is marked as such. */
function isInStep(layout: FrameLayout, octets: Uint8Array, at: number): boolean {
  for (let index = 0; index < framesPerPacket; index += 1) {
    const status = statusAt(layout, octets, at + index * frameLength);
    if (isSync(status) !== (index === 0)) return false;
  }
  return true;
}

function isAnyAlarmed(layout: FrameLayout, octets: Uint8Array, at: number): boolean {
  for (let index = 0; index < framesPerPacket; index += 1) {
    if (isSensorAlarm(statusAt(layout, octets, at + index * frameLength))) return true;
  }
  return false;
}

/**
 * The fields of the 25 intact frames from `at` on; refuses `sync` unless the first, and only it, is
 * marked, and `range`.
 */
export function packetAt(layout: FrameLayout, octets: Uint8Array, at: number): NoninPacket {
  refuseUnless(isInStep(layout, octets, at), 'sync');
  const data = (index: number): number => dataAt(octets, at + index * frameLength);
  const pulse = (index: number): number | null =>
    pulseOf(((data(index) & highestPulseHigh) << 7) | (data(index + 1) & sevenBits));
  const spo2 = (index: number): number | null => spo2Of(data(index) & sevenBits);
  const status2 = data(place.status2);
  return {
    pulseRate: pulse(place.pulseRate),
    spo2: spo2(place.spo2),
    firmwareRevision: data(place.firmwareRevision),
    timer: ((data(place.timer) & sevenBits) << 7) | (data(place.timer + 1) & sevenBits),
    smartPoint: bit(status2, smartPointBit),
    lowBattery: bit(status2, lowBatteryBit),
    spo2Display: spo2(place.spo2Display),
    spo2Fast: spo2(place.spo2Fast),
    spo2BeatToBeat: spo2(place.spo2BeatToBeat),
    pulseRateExtended: pulse(place.pulseRateExtended),
    spo2Extended: spo2(place.spo2Extended),
    spo2ExtendedDisplay: spo2(place.spo2ExtendedDisplay),
    pulseRateDisplay: pulse(place.pulseRateDisplay),
    pulseRateExtendedDisplay: pulse(place.pulseRateExtendedDisplay),
    sensorAlarm: isAnyAlarmed(layout, octets, at),
    firstPleth: plethAt(layout, octets, at),
  };
}

function decodePacket(layout: FrameLayout, octets: Uint8Array): NoninPacket {
  exactly(octets, packetLength);
  for (let at = 0; at < packetLength; at += frameLength) {
    const fault = frameFault(layout, octets, at);
    if (fault !== null) throw new CodecRefusal(fault);
  }
  return packetAt(layout, octets, 0);
}

function dataOctets(packet: NoninPacket): readonly number[] {
  const data = Array.from({ length: framesPerPacket }, () => 0);
  const put = (index: number, raw: number): void => {
    data[index] = raw;
  };
  const putWide = (index: number, raw: number): void => {
    put(index, raw >> 7);
    put(index + 1, raw & sevenBits);
  };
  putWide(place.pulseRate, rawPulse(packet.pulseRate));
  put(place.spo2, rawSpo2(packet.spo2));
  put(place.firmwareRevision, whole(packet.firmwareRevision, 0, 0xff));
  putWide(place.timer, whole(packet.timer, 0, highestTimer));
  const status2 = flag(packet.smartPoint, smartPointBit) | flag(packet.lowBattery, lowBatteryBit);
  put(place.status2, status2);
  put(place.spo2Display, rawSpo2(packet.spo2Display));
  put(place.spo2Fast, rawSpo2(packet.spo2Fast));
  put(place.spo2BeatToBeat, rawSpo2(packet.spo2BeatToBeat));
  putWide(place.pulseRateExtended, rawPulse(packet.pulseRateExtended));
  put(place.spo2Extended, rawSpo2(packet.spo2Extended));
  put(place.spo2ExtendedDisplay, rawSpo2(packet.spo2ExtendedDisplay));
  putWide(place.pulseRateDisplay, rawPulse(packet.pulseRateDisplay));
  putWide(place.pulseRateExtendedDisplay, rawPulse(packet.pulseRateExtendedDisplay));
  return data;
}

/** 25 frames with this content and a level waveform. */
function framesOf(packet: NoninPacket): readonly NoninFrame[] {
  return dataOctets(packet).map((data, index) => ({
    sync: index === 0,
    perfusion: 'none',
    sensorDisconnect: false,
    artifact: false,
    outOfTrack: false,
    sensorAlarm: packet.sensorAlarm,
    pleth: packet.firstPleth,
    data,
  }));
}

function packetCodec(layout: FrameLayout, frame: Codec<NoninFrame>): Codec<NoninPacket> {
  return {
    decode: (octets) => decodePacket(layout, octets),
    encode: (packet) =>
      Uint8Array.from(framesOf(packet).flatMap((one) => Array.from(frame.encode(one)))),
  };
}

/** One format 2 packet of 125 octets; refuses what its frames refuse, `sync` and `range`. */
export const noninDf2Packet: Codec<NoninPacket> = packetCodec(df2Layout, noninDf2Frame);

/** One format 7 packet of 125 octets; refuses what its frames refuse, `sync` and `range`. */
export const noninDf7Packet: Codec<NoninPacket> = packetCodec(df7Layout, noninDf7Frame);
