/** Weight Measurement (2A9D): Weight Scale Service 1.0.1 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { maxUint16, maxUint8, steps, whole } from './fields.js';

export type MassUnit = 'kg' | 'lb';
export type HeightUnit = 'm' | 'in';

export interface WeightMeasurement {
  readonly unit: MassUnit;
  /** Null when the scale tells that the measurement was unsuccessful. */
  readonly weight: number | null;
  readonly measurementUnsuccessful: boolean;
  readonly timestamp: DateTime | null;
  /** 255 is a user that the scale does not know. */
  readonly userId: number | null;
  /** kg/m². */
  readonly bmi: number | null;
  readonly height: number | null;
  /** Given with a height. */
  readonly heightUnit?: HeightUnit;
}

const flag = { imperial: 1, timestamp: 2, userId: 4, bmiAndHeight: 8 };
/** The one value of a mass field that is not a mass: §3.2.1.2. */
export const unsuccessful = 0xffff;

/** Steps per unit. The resolution in Weight Scale Feature describes the sensor, not this field. */
export const massStepsPerUnit = { kg: 200, lb: 100 } as const;
export const heightStepsPerUnit = { m: 1000, in: 10 } as const;
const bmiStepsPerUnit = 10;

/** Weight Measurement, 2A9D. */
export const weightMeasurement: Codec<WeightMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const unit = flags & flag.imperial ? 'lb' : 'kg';
    const raw = reader.uint16();
    const weight = raw === unsuccessful ? null : raw / massStepsPerUnit[unit];
    const timestamp = flags & flag.timestamp ? readDateTime(reader) : null;
    const userId = flags & flag.userId ? reader.uint8() : null;
    const body = flags & flag.bmiAndHeight ? readBody(reader, unit) : { bmi: null, height: null };
    const measurementUnsuccessful = weight === null;
    return { unit, weight, measurementUnsuccessful, timestamp, userId, ...body };
  },
  encode(value) {
    const { unit, weight, timestamp, userId } = value;
    const writer = new OctetWriter().uint8(flagsOf(value));
    writer.uint16(
      weight === null ? unsuccessful : steps(weight, massStepsPerUnit[unit], maxUint16 - 1),
    );
    if (timestamp !== null) writeDateTime(writer, timestamp);
    if (userId !== null) writer.uint8(whole(userId, maxUint8));
    writeBody(writer, value);
    return writer.octets();
  },
};

function readBody(reader: OctetReader, unit: MassUnit) {
  const heightUnit = unit === 'kg' ? 'm' : 'in';
  const bmi = reader.uint16() / bmiStepsPerUnit;
  return { bmi, height: reader.uint16() / heightStepsPerUnit[heightUnit], heightUnit } as const;
}

/** BMI and height travel together; the one that is missing is sent as 0. */
function writeBody(writer: OctetWriter, value: WeightMeasurement): void {
  if (value.bmi === null && value.height === null) return;
  const heightUnit = value.unit === 'kg' ? 'm' : 'in';
  writer.uint16(steps(value.bmi ?? 0, bmiStepsPerUnit, maxUint16));
  writer.uint16(steps(value.height ?? 0, heightStepsPerUnit[heightUnit], maxUint16));
}

function flagsOf(value: WeightMeasurement): number {
  return (
    (value.unit === 'lb' ? flag.imperial : 0) |
    (value.timestamp === null ? 0 : flag.timestamp) |
    (value.userId === null ? 0 : flag.userId) |
    (value.bmi === null && value.height === null ? 0 : flag.bmiAndHeight)
  );
}
