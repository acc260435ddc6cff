/** Weight Scale Feature (2A9E): Weight Scale Service 1.0.1 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { maxUint32, whole } from './fields.js';
import {
  heightResolutionOf,
  massResolutionOf,
  type HeightResolution,
  type MassResolution,
} from './scale-resolution.js';

export interface WeightScaleFeature {
  readonly raw: number;
  readonly timeStamp: boolean;
  readonly multipleUsers: boolean;
  readonly bmi: boolean;
  readonly weightResolution: MassResolution | null;
  readonly heightResolution: HeightResolution | null;
}

/** Weight Scale Feature, 2A9E. Encoding takes `raw`. */
export const weightScaleFeature: Codec<WeightScaleFeature> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const raw = reader.uint32();
    reader.end();
    return {
      raw,
      timeStamp: (raw & 0x01) !== 0,
      multipleUsers: (raw & 0x02) !== 0,
      bmi: (raw & 0x04) !== 0,
      weightResolution: massResolutionOf((raw >> 3) & 0x0f),
      heightResolution: heightResolutionOf((raw >> 7) & 0x07),
    };
  },
  encode: (value) => new OctetWriter().uint32(whole(value.raw, maxUint32)).octets(),
};
