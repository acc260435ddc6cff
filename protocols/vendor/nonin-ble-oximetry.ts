/**
 * Nonin's continuous oximetry characteristic (3230, 3240, 3150 BLE), once a second, big endian:
 * length, status, battery voltage (0.1 V), pulse amplitude index (0.01 %), counter, SpO2, pulse
 * rate. Octets behind them are reserved for future use. Sources: Isansys patient gateway, WristOx2
 * NMI client.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { bit, exactly, flag, refuseUnless, scaled, whole } from '../serial/fields.js';
import { pulseOf, rawPulse, rawSpo2, spo2Of } from '../serial/nonin-values.js';

export interface NoninContinuous {
  readonly encrypted: boolean;
  readonly lowBattery: boolean;
  /** The finger is inserted correctly; otherwise the frame is no measurement. */
  readonly correctCheck: boolean;
  readonly searching: boolean;
  readonly smartPoint: boolean;
  /** Pulse signal of 0.3 % modulation or less. */
  readonly weakSignal: boolean;
  readonly batteryVolt: number;
  readonly pulseAmplitudeIndexPercent: number;
  /** Seconds since it was turned on, 16 bits: a gap shows lost frames. */
  readonly counter: number;
  readonly spo2: number | null;
  readonly pulseRate: number | null;
}

const shortest = 10;

/** Refuses `truncated`, `length` (the first octet is not the length) and `range`. */
export const noninContinuous: Codec<NoninContinuous> = {
  decode: (octets) => {
    refuseUnless(octets.length >= shortest, 'truncated');
    const reader = new OctetReader(octets);
    const length = reader.uint8();
    refuseUnless(length >= shortest, 'length');
    exactly(octets, length);
    const status = reader.uint8();
    return {
      encrypted: bit(status, 6),
      lowBattery: bit(status, 5),
      correctCheck: bit(status, 4),
      searching: bit(status, 3),
      smartPoint: bit(status, 2),
      weakSignal: bit(status, 1),
      batteryVolt: reader.uint8() / 10,
      pulseAmplitudeIndexPercent: reader.uint16be() / 100,
      counter: reader.uint16be(),
      spo2: spo2Of(reader.uint8()),
      pulseRate: pulseOf(reader.uint16be()),
    };
  },
  encode: (value) => {
    const status =
      flag(value.encrypted, 6) |
      flag(value.lowBattery, 5) |
      flag(value.correctCheck, 4) |
      flag(value.searching, 3) |
      flag(value.smartPoint, 2) |
      flag(value.weakSignal, 1);
    return new OctetWriter()
      .put([shortest, status, scaled(value.batteryVolt, 10, 0xff)])
      .uint16be(scaled(value.pulseAmplitudeIndexPercent, 100, 0xffff))
      .uint16be(whole(value.counter, 0, 0xffff))
      .uint8(rawSpo2(value.spo2))
      .uint16be(rawPulse(value.pulseRate))
      .octets();
  },
};
