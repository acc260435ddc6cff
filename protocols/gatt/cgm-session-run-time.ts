/** CGM Session Run Time (2AAB): CGM Service 1.0.2 §3.5. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { e2eCrcOf, withE2eCrc, type E2eCrc } from './e2e-crc.js';
import { maxUint16, whole } from './fields.js';

export interface CgmSessionRunTime {
  readonly sessionRunTimeHours: number;
  readonly e2eCrc: E2eCrc;
}

const contentOctets = 2;

/** CGM Session Run Time, 2AAB; two octets and a check where the sensor supports it. */
export const cgmSessionRunTime: Codec<CgmSessionRunTime> = {
  decode(octets) {
    const e2eCrc = e2eCrcOf(octets, contentOctets);
    return { sessionRunTimeHours: new OctetReader(octets).uint16(), e2eCrc };
  },
  encode(value) {
    const writer = new OctetWriter().uint16(whole(value.sessionRunTimeHours, maxUint16));
    return withE2eCrc(writer, value.e2eCrc);
  },
};
