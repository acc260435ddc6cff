/** Blood Pressure Measurement (2A35): Blood Pressure Service 1.1.1 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { maxUint16, maxUint8, whole } from './fields.js';

export type PressureUnit = 'mmHg' | 'kPa';

/** Measurement Status, §3.1.1.6. */
export interface BloodPressureStatus {
  readonly raw: number;
  readonly bodyMovementDetected: boolean;
  readonly cuffTooLoose: boolean;
  readonly irregularPulseDetected: boolean;
  readonly pulseRateRange: 'within' | 'aboveUpperLimit' | 'belowLowerLimit' | 'reserved';
  readonly improperMeasurementPosition: boolean;
}

/** What follows the pressures, here and in Intermediate Cuff Pressure. */
export interface BloodPressureTail {
  readonly timestamp: DateTime | null;
  /** Beats per minute. */
  readonly pulseRate: MedFloat | null;
  /** 255 is a user that the device does not know. */
  readonly userId: number | null;
  readonly status: BloodPressureStatus | null;
}

export interface BloodPressureMeasurement extends BloodPressureTail {
  readonly unit: PressureUnit;
  readonly systolic: MedFloat;
  readonly diastolic: MedFloat;
  readonly meanArterialPressure: MedFloat;
}

export const bloodPressureFlags = { kPa: 1, timestamp: 2, pulseRate: 4, userId: 8, status: 16 };
const pulseRateRanges = ['within', 'aboveUpperLimit', 'belowLowerLimit', 'reserved'] as const;

/** Names the bits of a Measurement Status field. */
export function bloodPressureStatus(raw: number): BloodPressureStatus {
  return {
    raw,
    bodyMovementDetected: (raw & 0x01) !== 0,
    cuffTooLoose: (raw & 0x02) !== 0,
    irregularPulseDetected: (raw & 0x04) !== 0,
    pulseRateRange: pulseRateRanges[(raw >> 3) & 3] ?? 'reserved',
    improperMeasurementPosition: (raw & 0x20) !== 0,
  };
}

/** Reads the optional fields that the flags announce, to the end of the value. */
export function readBloodPressureTail(reader: OctetReader, flags: number): BloodPressureTail {
  const timestamp = flags & bloodPressureFlags.timestamp ? readDateTime(reader) : null;
  const pulseRate = flags & bloodPressureFlags.pulseRate ? readSfloat(reader) : null;
  const userId = flags & bloodPressureFlags.userId ? reader.uint8() : null;
  const status = flags & bloodPressureFlags.status ? bloodPressureStatus(reader.uint16()) : null;
  return { timestamp, pulseRate, userId, status };
}

/** Writes the fields that {@link readBloodPressureTail} reads. */
export function writeBloodPressureTail(writer: OctetWriter, tail: BloodPressureTail): void {
  if (tail.timestamp !== null) writeDateTime(writer, tail.timestamp);
  if (tail.pulseRate !== null) writeSfloat(writer, tail.pulseRate);
  if (tail.userId !== null) writer.uint8(whole(tail.userId, maxUint8));
  if (tail.status !== null) writer.uint16(whole(tail.status.raw, maxUint16));
}

/** The flags octet for a unit and the optional fields that are there. */
export function bloodPressureFlagsOf(unit: PressureUnit, tail: BloodPressureTail): number {
  return (
    (unit === 'kPa' ? bloodPressureFlags.kPa : 0) |
    (tail.timestamp === null ? 0 : bloodPressureFlags.timestamp) |
    (tail.pulseRate === null ? 0 : bloodPressureFlags.pulseRate) |
    (tail.userId === null ? 0 : bloodPressureFlags.userId) |
    (tail.status === null ? 0 : bloodPressureFlags.status)
  );
}

/** Blood Pressure Measurement, 2A35. Pressures in `unit`; NaN in all three is an aborted run. */
export const bloodPressureMeasurement: Codec<BloodPressureMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const unit = flags & bloodPressureFlags.kPa ? 'kPa' : 'mmHg';
    const systolic = readSfloat(reader);
    const diastolic = readSfloat(reader);
    const meanArterialPressure = readSfloat(reader);
    const { timestamp, pulseRate, userId, status } = readBloodPressureTail(reader, flags);
    return {
      unit,
      systolic,
      diastolic,
      meanArterialPressure,
      timestamp,
      pulseRate,
      userId,
      status,
    };
  },
  encode(value) {
    const writer = new OctetWriter().uint8(bloodPressureFlagsOf(value.unit, value));
    writeSfloat(writer, value.systolic);
    writeSfloat(writer, value.diastolic);
    writeSfloat(writer, value.meanArterialPressure);
    writeBloodPressureTail(writer, value);
    return writer.octets();
  },
};
