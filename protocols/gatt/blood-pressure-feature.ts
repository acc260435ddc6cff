/** Blood Pressure Feature (2A49): Blood Pressure Service 1.1.1 §3.3. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { bitNames, maxUint16, whole } from './fields.js';

const featureNames = [
  'bodyMovementDetection',
  'cuffFitDetection',
  'irregularPulseDetection',
  'pulseRateRangeDetection',
  'measurementPositionDetection',
  'multipleBonds',
  'e2eCrc',
  'userDataService',
  'userFacingTime',
] as const;

export interface BloodPressureFeature {
  readonly raw: number;
  readonly features: readonly (typeof featureNames)[number][];
}

/** Blood Pressure Feature, 2A49. Encoding takes `raw`. */
export const bloodPressureFeature: Codec<BloodPressureFeature> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const raw = reader.uint16();
    reader.end();
    return { raw, features: bitNames(featureNames, raw) };
  },
  encode: (value) => new OctetWriter().uint16(whole(value.raw, maxUint16)).octets(),
};
