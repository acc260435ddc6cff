/**
 * Result packet of the Yonker YK-IBPA1, 15 octets: `81`, systolic, diastolic, pulse rate, two
 * octets that are not known, day, month, year, hour, minute, four more. "The internal clock is
 * unreliable." Source: blood-pressure-monitor-fl, decoded by hand in its issue 615.
 */
import { OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { exactly, refuseUnless, whole } from '../serial/fields.js';
import { fromLocal, toLocal } from '../serial/local-time.js';

export interface YonkerMeasurement {
  /** mmHg. */
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulseRate: number;
  /** To the minute. */
  readonly timestamp: LocalDateTime;
}

const packetLength = 15;
const resultType = 0x81;

/** Refuses `truncated`, `length`, `sync` (another packet type) and `range`. */
export const yonkerBp: Codec<YonkerMeasurement> = {
  decode: (octets) => {
    exactly(octets, packetLength);
    const [type, systolic = 0, diastolic = 0, pulseRate = 0] = octets;
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = octets.subarray(6);
    refuseUnless(type === resultType, 'sync');
    const timestamp = toLocal({ year: 2000 + year, month, day, hour, minute });
    return { systolic, diastolic, pulseRate, timestamp };
  },
  encode: ({ systolic, diastolic, pulseRate, timestamp }) => {
    const { year, month, day, hour, minute } = fromLocal(timestamp);
    const values = [systolic, diastolic, pulseRate].map((value) => whole(value, 0, 0xff));
    return new OctetWriter()
      .put([resultType, ...values, 0, 0])
      .put([day, month, whole(year - 2000, 0, 0xff), hour, minute])
      .uint32(0)
      .octets();
  },
};
