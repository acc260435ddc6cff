/**
 * Contec CMS50D+, protocol version 7 (115200 8N1). A packet is a type octet without bit 7, an octet
 * of high bits, then one to seven octets whose bit 7 is always set and whose real bit 7 is in the
 * octet of high bits. Source: CMS50Dplus7 and its tests.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Codec } from '../codec.js';
import { bit, octetAt, refuseUnless, whole } from './fields.js';
import { fixedFrames, type FrameRule } from './framer.js';

interface Packet {
  readonly packetType: number;
  /** Hexadecimal, with the real bit 7 of every octet. */
  readonly data: string;
}

export interface Cms50Realtime extends Packet {
  readonly kind: 'realtime';
  readonly signalStrength: number;
  readonly searchingTooLong: boolean;
  readonly lowSpo2: boolean;
  readonly pulseBeep: boolean;
  readonly probeError: boolean;
  readonly pulseWaveform: number;
  readonly searchingPulse: boolean;
  readonly barGraph: number;
  readonly perfusionIndexValid: boolean;
  readonly pulseRate: number | null;
  readonly spo2: number | null;
  /** 0.001 %; null when missing. */
  readonly perfusionIndexRaw: number | null;
}

export interface Cms50Storage extends Packet {
  readonly kind: 'storage';
  /** One a second. */
  readonly samples: readonly { readonly spo2: number | null; readonly pulseRate: number | null }[];
}

export type Cms50Packet = Packet | Cms50Realtime | Cms50Storage;

const packetTypes = { realtime: 0x01, storageWithIndex: 0x09, storage: 0x0f } as const;
const shortest = 3;
const longest = 9;
const realtimeData = 7;
const storageWithIndexData = 4;
const storageData = 6;
const missing = { pulseRate: 0xff, spo2: 0x7f, perfusionIndex: 0xffff } as const;

/** Where the packets of the running measurement are in the stream; others are passed over. */
export const cms50RealtimeStream: FrameRule = fixedFrames(longest, (octet, place) =>
  place === 0 ? octet === packetTypes.realtime : bit(octet, 7),
);

const unless = (value: number, absent: number): number | null => (value === absent ? null : value);

function realtime(data: Uint8Array): Omit<Cms50Realtime, keyof Packet> {
  refuseUnless(data.length === realtimeData, 'length');
  const [state = 0, wave = 0, bar = 0, pulseRate = 0, spo2 = 0, low = 0, high = 0] = data;
  return {
    kind: 'realtime',
    signalStrength: state & 0x0f,
    searchingTooLong: bit(state, 4),
    lowSpo2: bit(state, 5),
    pulseBeep: bit(state, 6),
    probeError: bit(state, 7),
    pulseWaveform: wave & 0x7f,
    searchingPulse: bit(wave, 7),
    barGraph: bar & 0x0f,
    perfusionIndexValid: bit(bar, 4),
    pulseRate: unless(pulseRate, missing.pulseRate),
    spo2: unless(spo2, missing.spo2),
    perfusionIndexRaw: unless((high << 8) | low, missing.perfusionIndex),
  };
}

/** A stored sample; zero fills slots behind the end of the memory. */
function sample([spo2 = 0, pulseRate = 0]: Uint8Array) {
  return {
    spo2: spo2 === 0 ? null : unless(spo2, missing.spo2),
    pulseRate: pulseRate === 0 ? null : unless(pulseRate, missing.pulseRate),
  };
}

function storage(data: Uint8Array, stride: number): Omit<Cms50Storage, keyof Packet> {
  const used = stride === storageWithIndexData ? storageWithIndexData : storageData;
  refuseUnless(data.length >= used, 'length');
  const starts = Array.from({ length: used / stride }, (_, index) => index * stride);
  return { kind: 'storage', samples: starts.map((at) => sample(data.subarray(at, at + 2))) };
}

function content(packetType: number, data: Uint8Array) {
  switch (packetType) {
    case packetTypes.realtime:
      return realtime(data);
    case packetTypes.storage:
      return storage(data, 2);
    case packetTypes.storageWithIndex:
      return storage(data, storageWithIndexData);
    default:
      return null;
  }
}

/**
 * Refuses `truncated`, `length` and `sync`. The encoder writes the data; the decoded fields of a
 * known packet follow from it.
 */
export const cms50Packet: Codec<Cms50Packet> = {
  decode: (octets) => {
    refuseUnless(octets.length >= shortest, 'truncated');
    refuseUnless(octets.length <= longest, 'length');
    refuseUnless(
      octets.every((octet, place) => bit(octet, 7) === place > 0),
      'sync',
    );
    const packetType = octetAt(octets, 0);
    const highBits = octetAt(octets, 1);
    const data = octets
      .subarray(2)
      .map((octet, place) => (octet & 0x7f) | (((highBits >> place) & 1) << 7));
    return { packetType, data: toHex(data), ...content(packetType, data) };
  },
  encode: ({ packetType, data }) => {
    const octets = fromHex(data);
    whole(octets.length, 1, longest - 2);
    const highBits = octets.reduce((bits, octet, place) => bits | ((octet >> 7) << place), 0);
    return Uint8Array.of(
      whole(packetType, 0, 0x7f),
      0x80 | highBits,
      ...octets.map((octet) => octet | 0x80),
    );
  },
};
