/** CGM Feature (2AA8): CGM Service 1.0.2 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { verifyE2eCrc, withE2eCrc } from './e2e-crc.js';
import { bitNames, maxUint24, whole } from './fields.js';

const featureNames = [
  'calibration',
  'patientHighLowAlerts',
  'hypoAlerts',
  'hyperAlerts',
  'rateOfIncreaseDecreaseAlerts',
  'deviceSpecificAlert',
  'sensorMalfunctionDetection',
  'sensorTemperatureHighLowDetection',
  'sensorResultHighLowDetection',
  'lowBatteryDetection',
  'sensorTypeErrorDetection',
  'generalDeviceFault',
  'e2eCrc',
  'multipleBond',
  'multipleSessions',
  'cgmTrendInformation',
  'cgmQuality',
] as const;

export interface CgmFeature {
  readonly raw: number;
  readonly features: readonly (typeof featureNames)[number][];
  /** Code of the fluid (9 interstitial fluid). */
  readonly type: number;
  readonly sampleLocation: number;
  readonly e2eCrc: 'valid' | 'notSupported';
}

const e2eCrcFeature = 1 << 12;
/** What stands in the place of the check of a sensor that has none. */
const noCrc = 0xffff;

/** CGM Feature, 2AA8; six octets. */
export const cgmFeature: Codec<CgmFeature> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const raw = reader.uint24();
    const typeAndLocation = reader.uint8();
    const crc = reader.uint16();
    reader.end();
    const hasCrc = (raw & e2eCrcFeature) !== 0;
    if (hasCrc) verifyE2eCrc(octets);
    else if (crc !== noCrc) throw new CodecRefusal('crc');
    return {
      raw,
      features: bitNames(featureNames, raw),
      type: typeAndLocation & 0x0f,
      sampleLocation: typeAndLocation >> 4,
      e2eCrc: hasCrc ? 'valid' : 'notSupported',
    };
  },
  encode({ raw, type, sampleLocation }) {
    const writer = new OctetWriter().uint24(whole(raw, maxUint24));
    writer.uint8(whole(type, 15) | (whole(sampleLocation, 15) << 4));
    if (raw & e2eCrcFeature) return withE2eCrc(writer, 'valid');
    return writer.uint16(noCrc).octets();
  },
};
