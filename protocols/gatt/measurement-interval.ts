/** Measurement Interval (2A21): Health Thermometer Service 1.0 §3.4. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { maxUint16, whole } from './fields.js';

export interface MeasurementInterval {
  /** 0: the device does not measure by itself. */
  readonly intervalSeconds: number;
  readonly periodic: boolean;
}

/** Measurement Interval, 2A21. */
export const measurementInterval: Codec<MeasurementInterval> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const intervalSeconds = reader.uint16();
    reader.end();
    return { intervalSeconds, periodic: intervalSeconds !== 0 };
  },
  encode: (value) => new OctetWriter().uint16(whole(value.intervalSeconds, maxUint16)).octets(),
};
