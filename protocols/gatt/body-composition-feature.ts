/** Body Composition Feature (2A9B): Body Composition Service 1.0 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { bitNames, maxUint32, whole } from './fields.js';
import {
  heightResolutionOf,
  massResolutionOf,
  type HeightResolution,
  type MassResolution,
} from './scale-resolution.js';

const featureNames = [
  'timeStamp',
  'multipleUsers',
  'basalMetabolism',
  'musclePercentage',
  'muscleMass',
  'fatFreeMass',
  'softLeanMass',
  'bodyWaterMass',
  'impedance',
  'weight',
  'height',
] as const;

export interface BodyCompositionFeature {
  readonly raw: number;
  readonly features: readonly (typeof featureNames)[number][];
  readonly massResolution: MassResolution | null;
  readonly heightResolution: HeightResolution | null;
}

/** Body Composition Feature, 2A9B. Encoding takes `raw`. */
export const bodyCompositionFeature: Codec<BodyCompositionFeature> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const raw = reader.uint32();
    reader.end();
    return {
      raw,
      features: bitNames(featureNames, raw),
      massResolution: massResolutionOf((raw >> 11) & 0x0f),
      heightResolution: heightResolutionOf((raw >> 15) & 0x07),
    };
  },
  encode: (value) => new OctetWriter().uint32(whole(value.raw, maxUint32)).octets(),
};
