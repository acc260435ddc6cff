/**
 * Nonin data format 8: four octets once a second, `status1 pulse-low SpO2 status2`; bit 7 is set in
 * the first octet only. Display values: they are held for ten seconds after the finger is out, with
 * the sensor alarm set. Source: Nonin 9560 OEM specification 6470-000-01, NoninPulseOx.
 */
import type { Codec } from '../codec.js';
import { bit, exactly, flag, octetAt, refuseUnless } from './fields.js';
import { pulseOf, rawPulse, rawSpo2, spo2Of } from './nonin-values.js';

export interface NoninDf8 {
  readonly outOfTrack: boolean;
  readonly lowPerfusion: boolean;
  readonly marginalPerfusion: boolean;
  readonly artifact: boolean;
  readonly pulseRate: number | null;
  readonly spo2: number | null;
  readonly smartPoint: boolean;
  /** The finger is out: the values are old, do not store. */
  readonly sensorAlarm: boolean;
  readonly lowBattery: boolean;
}

export const df8Length = 4;

/** Refuses `truncated`, `length`, `sync` and `range`. */
export const noninDf8: Codec<NoninDf8> = {
  decode: (octets) => {
    exactly(octets, df8Length);
    refuseUnless(
      octets.every((octet, place) => bit(octet, 7) === (place === 0)),
      'sync',
    );
    const status1 = octetAt(octets, 0);
    const status2 = octetAt(octets, 3);
    return {
      outOfTrack: bit(status1, 5),
      lowPerfusion: bit(status1, 4),
      marginalPerfusion: bit(status1, 3),
      artifact: bit(status1, 2),
      pulseRate: pulseOf(((status1 & 3) << 7) | octetAt(octets, 1)),
      spo2: spo2Of(octetAt(octets, 2)),
      smartPoint: bit(status2, 5),
      sensorAlarm: bit(status2, 3),
      lowBattery: bit(status2, 0),
    };
  },
  encode: (value) => {
    const pulse = rawPulse(value.pulseRate);
    const status1 =
      flag(true, 7) |
      flag(value.outOfTrack, 5) |
      flag(value.lowPerfusion, 4) |
      flag(value.marginalPerfusion, 3) |
      flag(value.artifact, 2);
    const status2 = flag(value.smartPoint, 5) | flag(value.sensorAlarm, 3);
    return Uint8Array.of(
      status1 | (pulse >> 7),
      pulse & 0x7f,
      rawSpo2(value.spo2),
      status2 | flag(value.lowBattery, 0),
    );
  },
};
