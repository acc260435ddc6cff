/** Temperature Measurement (2A1C): Health Thermometer Service 1.0 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readFloat, writeFloat, type MedFloat } from '../medfloat.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { maxUint8, whole } from './fields.js';
import { temperatureTypeOf, type TemperatureTypeName } from './temperature-type.js';

export interface TemperatureMeasurement {
  readonly unit: 'C' | 'F';
  readonly temperature: MedFloat;
  readonly timestamp: DateTime | null;
  readonly temperatureType: number | null;
  /** Given with a type; null for a reserved one. */
  readonly temperatureTypeName?: TemperatureTypeName | null;
}

const flag = { fahrenheit: 1, timestamp: 2, type: 4 };

/** Temperature Measurement, 2A1C, and Intermediate Temperature, 2A1E, which has the same fields. */
export const temperatureMeasurement: Codec<TemperatureMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const unit = flags & flag.fahrenheit ? 'F' : 'C';
    const temperature = readFloat(reader);
    const timestamp = flags & flag.timestamp ? readDateTime(reader) : null;
    const type = flags & flag.type ? temperatureTypeOf(reader.uint8()) : { temperatureType: null };
    return { unit, temperature, timestamp, ...type };
  },
  encode({ unit, temperature, timestamp, temperatureType }) {
    const flags =
      (unit === 'F' ? flag.fahrenheit : 0) |
      (timestamp === null ? 0 : flag.timestamp) |
      (temperatureType === null ? 0 : flag.type);
    const writer = new OctetWriter().uint8(flags);
    writeFloat(writer, temperature);
    if (timestamp !== null) writeDateTime(writer, timestamp);
    if (temperatureType !== null) writer.uint8(whole(temperatureType, maxUint8));
    return writer.octets();
  },
};
