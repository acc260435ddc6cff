/**
 * Contec CMS50D+, protocol version 5 (19200 8O1). A live frame has five octets, bit 7 set in the
 * first only, 60 times a second. A stored sample has three octets, one a second, without time. Both
 * give the raw values: 0 and 127 are what the oximeter sends while it measures nothing. Source:
 * CMS50Dplus and its unit tests.
 */
import type { Codec } from '../codec.js';
import { bit, flag, octetAt, refuseUnless, whole } from './fields.js';
import { fixedFrames, type FrameRule } from './framer.js';

export interface Cms50Live {
  readonly signalStrength: number;
  readonly fingerOut: boolean;
  readonly droppingSpo2: boolean;
  readonly beep: boolean;
  readonly pulseWaveform: number;
  readonly barGraph: number;
  readonly probeError: boolean;
  readonly searching: boolean;
  readonly pulseRate: number;
  readonly spo2: number;
}

const liveLength = 5;
const recordedLength = 3;
/** Bit 7 of the pulse rate travels in bit 6 of the third octet of a live frame. */
const livePulseHighBit = 6;
const recordedStart = 0xf0;

/** Where the live frames are in the stream. */
export const cms50LiveStream: FrameRule = fixedFrames(
  liveLength,
  (octet, place) => bit(octet, 7) === (place === 0),
);

/** Refuses `length` and `sync`. */
export const cms50Live: Codec<Cms50Live> = {
  decode: (octets) => {
    refuseUnless(octets.length === liveLength, 'length');
    refuseUnless(
      octets.every((octet, place) => bit(octet, 7) === (place === 0)),
      'sync',
    );
    const [state = 0, pulseWaveform = 0, bar = 0, pulseLow = 0, spo2 = 0] = octets;
    return {
      signalStrength: state & 0x0f,
      fingerOut: bit(state, 4),
      droppingSpo2: bit(state, 5),
      beep: bit(state, 6),
      pulseWaveform,
      barGraph: bar & 0x0f,
      probeError: bit(bar, 4),
      searching: bit(bar, 5),
      pulseRate: flag(bit(bar, livePulseHighBit), 7) | pulseLow,
      spo2,
    };
  },
  encode: (value) => {
    const pulse = whole(value.pulseRate, 0, 0xff);
    const state = flag(value.fingerOut, 4) | flag(value.droppingSpo2, 5) | flag(value.beep, 6);
    const bar = flag(value.probeError, 4) | flag(value.searching, 5);
    return Uint8Array.of(
      flag(true, 7) | state | whole(value.signalStrength, 0, 0x0f),
      whole(value.pulseWaveform, 0, 0x7f),
      bar | flag(bit(pulse, 7), livePulseHighBit) | whole(value.barGraph, 0, 0x0f),
      pulse & 0x7f,
      whole(value.spo2, 0, 0x7f),
    );
  },
};

export interface Cms50Recorded {
  readonly pulseRate: number;
  readonly spo2: number;
}

/** Refuses `length` and `sync`. */
export const cms50Recorded: Codec<Cms50Recorded> = {
  decode: (octets) => {
    refuseUnless(octets.length === recordedLength, 'length');
    const high = octetAt(octets, 0);
    const low = octetAt(octets, 1);
    const spo2 = octetAt(octets, 2);
    refuseUnless((high & 0xfe) === recordedStart && bit(low, 7) && !bit(spo2, 7), 'sync');
    return { pulseRate: flag(bit(high, 0), 7) | (low & 0x7f), spo2 };
  },
  encode: ({ pulseRate, spo2 }) => {
    const pulse = whole(pulseRate, 0, 0xff);
    return Uint8Array.of(recordedStart | (pulse >> 7), 0x80 | (pulse & 0x7f), whole(spo2, 0, 0x7f));
  },
};
