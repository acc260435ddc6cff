/**
 * A stored record of the iHealth Track KN-550BT, 11 octets: date and time, systolic minus
 * diastolic, diastolic, pulse rate, an octet that is not known, flags (bit 7 arrhythmia). It is
 * only sent after the vendor's authentication. Source: iHealth-track-offline-sync.
 */
import { OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { bit, exactly, flag, whole } from '../serial/fields.js';
import { putShortTime, toLocal } from '../serial/local-time.js';

export interface IhealthRecord {
  /** mmHg. */
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulseRate: number;
  readonly arrhythmia: boolean;
  readonly timestamp: LocalDateTime;
}

const recordLength = 11;

/** Refuses `truncated`, `length` and `range`. */
export const ihealthRecord: Codec<IhealthRecord> = {
  decode: (octets) => {
    exactly(octets, recordLength);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = octets;
    const [difference = 0, diastolic = 0, pulseRate = 0, , flags = 0] = octets.subarray(6);
    return {
      systolic: diastolic + difference,
      diastolic,
      pulseRate,
      arrhythmia: bit(flags, 7),
      timestamp: toLocal({ year: 2000 + year, month, day, hour, minute, second }),
    };
  },
  encode: ({ systolic, diastolic, pulseRate, arrhythmia, timestamp }) =>
    putShortTime(new OctetWriter(), timestamp)
      .uint8(whole(systolic - diastolic, 0, 0xff))
      .uint8(whole(diastolic, 0, 0xff))
      .uint8(whole(pulseRate, 0, 0xff))
      .uint8(0)
      .uint8(flag(arrhythmia, 7))
      .octets(),
};
