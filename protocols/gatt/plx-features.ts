/** PLX Features (2A60): Pulse Oximeter Service 1.0.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { bitFlags, bitNames, maxUint16, maxUint24, whole, type BitFlags } from './fields.js';
import {
  plxMeasurementStatusNames,
  plxSensorStatusNames,
  type PlxMeasurementStatusFlag,
  type PlxSensorStatusFlag,
} from './pulse-oximeter-status.js';

const featureNames = [
  'measurementStatus',
  'deviceAndSensorStatus',
  'storedSpotCheckMeasurements',
  'spotCheckTimestamp',
  'spo2PrFast',
  'spo2PrSlow',
  'pulseAmplitudeIndex',
  'multipleBonds',
] as const;

export interface PlxFeatures {
  readonly raw: number;
  readonly features: readonly (typeof featureNames)[number][];
  /** Which bits of the status fields the oximeter uses; null when it has no such field. */
  readonly measurementStatusSupport: BitFlags<PlxMeasurementStatusFlag> | null;
  readonly deviceAndSensorStatusSupport: BitFlags<PlxSensorStatusFlag> | null;
}

const flag = { measurementStatus: 1, sensorStatus: 2 };

/** PLX Features, 2A60. The two support fields are there when feature bits 0 and 1 say so. */
export const plxFeatures: Codec<PlxFeatures> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const raw = reader.uint16();
    const value: PlxFeatures = {
      raw,
      features: bitNames(featureNames, raw),
      measurementStatusSupport:
        raw & flag.measurementStatus ? bitFlags(plxMeasurementStatusNames, reader.uint16()) : null,
      deviceAndSensorStatusSupport:
        raw & flag.sensorStatus ? bitFlags(plxSensorStatusNames, reader.uint24()) : null,
    };
    return value;
  },
  encode(value) {
    const writer = new OctetWriter().uint16(whole(value.raw, maxUint16));
    if (value.raw & flag.measurementStatus) {
      writer.uint16(whole(value.measurementStatusSupport?.raw ?? 0, maxUint16));
    }
    if (value.raw & flag.sensorStatus) {
      writer.uint24(whole(value.deviceAndSensorStatusSupport?.raw ?? 0, maxUint24));
    }
    return writer.octets();
  },
};
