/** CGM Session Start Time (2AAA): CGM Service 1.0.2 §3.4. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { e2eCrcOf, withE2eCrc, type E2eCrc } from './e2e-crc.js';
import {
  readLocalTime,
  writeLocalTime,
  type LocalTimeInformation,
} from './local-time-information.js';

export interface CgmSessionStartTime extends LocalTimeInformation {
  /** Local time of the zone that follows. */
  readonly sessionStart: DateTime;
  readonly e2eCrc: E2eCrc;
}

const contentOctets = 9;

/** CGM Session Start Time, 2AAA; nine octets and a check where the sensor supports it. */
export const cgmSessionStartTime: Codec<CgmSessionStartTime> = {
  decode(octets) {
    const e2eCrc = e2eCrcOf(octets, contentOctets);
    const reader = new OctetReader(octets);
    const sessionStart = readDateTime(reader);
    return { sessionStart, ...readLocalTime(reader), e2eCrc };
  },
  encode(value) {
    const writer = new OctetWriter();
    writeDateTime(writer, value.sessionStart);
    writeLocalTime(writer, value);
    return withE2eCrc(writer, value.e2eCrc);
  },
};
