/** Glucose Feature (2A51): Glucose Service 1.0.1 §3.3. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { bitNames, maxUint16, whole } from './fields.js';

const featureNames = [
  'lowBatteryDetection',
  'sensorMalfunctionDetection',
  'sensorSampleSize',
  'sensorStripInsertionErrorDetection',
  'sensorStripTypeErrorDetection',
  'sensorResultHighLowDetection',
  'sensorTemperatureHighLowDetection',
  'sensorReadInterruptDetection',
  'generalDeviceFault',
  'timeFault',
  'multipleBond',
] as const;

export interface GlucoseFeature {
  readonly raw: number;
  readonly features: readonly (typeof featureNames)[number][];
}

/** Glucose Feature, 2A51. Encoding takes `raw`. */
export const glucoseFeature: Codec<GlucoseFeature> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const raw = reader.uint16();
    reader.end();
    return { raw, features: bitNames(featureNames, raw) };
  },
  encode: (value) => new OctetWriter().uint16(whole(value.raw, maxUint16)).octets(),
};
