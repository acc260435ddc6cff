/** Body Sensor Location (2A38): Heart Rate Service 1.0 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { maxUint8, whole } from './fields.js';

const locationNames = ['other', 'chest', 'wrist', 'finger', 'hand', 'earLobe', 'foot'] as const;

export interface BodySensorLocation {
  readonly location: number;
  /** Null for a reserved code. */
  readonly locationName: (typeof locationNames)[number] | null;
}

/** Body Sensor Location, 2A38. */
export const bodySensorLocation: Codec<BodySensorLocation> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const location = reader.uint8();
    reader.end();
    return { location, locationName: locationNames[location] ?? null };
  },
  encode: (value) => new OctetWriter().uint8(whole(value.location, maxUint8)).octets(),
};
