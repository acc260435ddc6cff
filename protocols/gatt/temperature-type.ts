/** Temperature Type (2A1D): Health Thermometer Service 1.0 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { maxUint8, whole } from './fields.js';

const typeNames = [
  null,
  'armpit',
  'body',
  'ear',
  'finger',
  'gastroIntestinalTract',
  'mouth',
  'rectum',
  'toe',
  'tympanum',
] as const;
export type TemperatureTypeName = NonNullable<(typeof typeNames)[number]>;

export interface TemperatureType {
  readonly temperatureType: number;
  /** Where it was measured; null for a reserved code. */
  readonly temperatureTypeName: TemperatureTypeName | null;
}

/** A temperature type with its name. */
export function temperatureTypeOf(code: number): TemperatureType {
  return { temperatureType: code, temperatureTypeName: typeNames[code] ?? null };
}

/** Temperature Type, 2A1D. */
export const temperatureType: Codec<TemperatureType> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const code = reader.uint8();
    reader.end();
    return temperatureTypeOf(code);
  },
  encode: (value) => new OctetWriter().uint8(whole(value.temperatureType, maxUint8)).octets(),
};
