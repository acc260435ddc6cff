/** Body Composition Measurement (2A9C): Body Composition Service 1.0 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { maxUint16, maxUint8, steps, whole, type Draft } from './fields.js';
import {
  heightStepsPerUnit,
  massStepsPerUnit,
  unsuccessful,
  type HeightUnit,
  type MassUnit,
} from './weight-measurement.js';

/** Masses in `massUnit`. */
export interface BodyCompositionMeasurement {
  readonly massUnit: MassUnit;
  /** Null when the scale tells that the measurement was unsuccessful. */
  readonly bodyFatPercentage: number | null;
  readonly measurementUnsuccessful: boolean;
  /** The rest of the composition comes in another value. */
  readonly multiplePacket: boolean;
  readonly timestamp: DateTime | null;
  /** 255 is a user that the scale does not know. */
  readonly userId: number | null;
  readonly basalMetabolismKj: number | null;
  readonly musclePercentage: number | null;
  readonly muscleMass: number | null;
  readonly fatFreeMass: number | null;
  readonly softLeanMass: number | null;
  readonly bodyWaterMass: number | null;
  readonly impedanceOhm: number | null;
  readonly weight: number | null;
  readonly height: number | null;
  /** Given with a height. */
  readonly heightUnit?: HeightUnit;
}

const flag = {
  imperial: 1 << 0,
  timestamp: 1 << 1,
  userId: 1 << 2,
  basalMetabolism: 1 << 3,
  musclePercentage: 1 << 4,
  muscleMass: 1 << 5,
  fatFreeMass: 1 << 6,
  softLeanMass: 1 << 7,
  bodyWaterMass: 1 << 8,
  impedance: 1 << 9,
  weight: 1 << 10,
  height: 1 << 11,
  multiplePacket: 1 << 12,
};
const stepsPerPercent = 10;
const stepsPerOhm = 10;

/** A uint16 field in its unit, or null where its flag is not set. */
function optional(reader: OctetReader, present: number, stepsPerUnit: number): number | null {
  return present === 0 ? null : reader.uint16() / stepsPerUnit;
}

function readFields(reader: OctetReader, flags: number, massUnit: MassUnit) {
  const perMass = massStepsPerUnit[massUnit];
  return {
    timestamp: flags & flag.timestamp ? readDateTime(reader) : null,
    userId: flags & flag.userId ? reader.uint8() : null,
    basalMetabolismKj: optional(reader, flags & flag.basalMetabolism, 1),
    musclePercentage: optional(reader, flags & flag.musclePercentage, stepsPerPercent),
    muscleMass: optional(reader, flags & flag.muscleMass, perMass),
    fatFreeMass: optional(reader, flags & flag.fatFreeMass, perMass),
    softLeanMass: optional(reader, flags & flag.softLeanMass, perMass),
    bodyWaterMass: optional(reader, flags & flag.bodyWaterMass, perMass),
    impedanceOhm: optional(reader, flags & flag.impedance, stepsPerOhm),
    weight: optional(reader, flags & flag.weight, perMass),
  };
}

/** Body Composition Measurement, 2A9C. */
export const bodyCompositionMeasurement: Codec<BodyCompositionMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint16();
    const raw = reader.uint16();
    const massUnit = flags & flag.imperial ? 'lb' : 'kg';
    const heightUnit = flags & flag.imperial ? 'in' : 'm';
    const bodyFatPercentage = raw === unsuccessful ? null : raw / stepsPerPercent;
    const fields = readFields(reader, flags, massUnit);
    const height = optional(reader, flags & flag.height, heightStepsPerUnit[heightUnit]);
    const value: Draft<BodyCompositionMeasurement> = {
      massUnit,
      bodyFatPercentage,
      measurementUnsuccessful: bodyFatPercentage === null,
      multiplePacket: (flags & flag.multiplePacket) !== 0,
      ...fields,
      height,
    };
    if (height !== null) value.heightUnit = heightUnit;
    return value;
  },
  encode(value) {
    const { bodyFatPercentage, timestamp, userId, massUnit } = value;
    const perMass = massStepsPerUnit[massUnit];
    const perHeight = heightStepsPerUnit[massUnit === 'kg' ? 'm' : 'in'];
    const writer = new OctetWriter().uint16(flagsOf(value));
    writer.uint16(
      bodyFatPercentage === null
        ? unsuccessful
        : steps(bodyFatPercentage, stepsPerPercent, maxUint16 - 1),
    );
    if (timestamp !== null) writeDateTime(writer, timestamp);
    if (userId !== null) writer.uint8(whole(userId, maxUint8));
    writeOptional(writer, value.basalMetabolismKj, 1);
    writeOptional(writer, value.musclePercentage, stepsPerPercent);
    writeOptional(writer, value.muscleMass, perMass);
    writeOptional(writer, value.fatFreeMass, perMass);
    writeOptional(writer, value.softLeanMass, perMass);
    writeOptional(writer, value.bodyWaterMass, perMass);
    writeOptional(writer, value.impedanceOhm, stepsPerOhm);
    writeOptional(writer, value.weight, perMass);
    writeOptional(writer, value.height, perHeight);
    return writer.octets();
  },
};

function writeOptional(writer: OctetWriter, value: number | null, stepsPerUnit: number): void {
  if (value !== null) writer.uint16(steps(value, stepsPerUnit, maxUint16));
}

function flagsOf(value: BodyCompositionMeasurement): number {
  const present = [
    [value.timestamp, flag.timestamp],
    [value.userId, flag.userId],
    [value.basalMetabolismKj, flag.basalMetabolism],
    [value.musclePercentage, flag.musclePercentage],
    [value.muscleMass, flag.muscleMass],
    [value.fatFreeMass, flag.fatFreeMass],
    [value.softLeanMass, flag.softLeanMass],
    [value.bodyWaterMass, flag.bodyWaterMass],
    [value.impedanceOhm, flag.impedance],
    [value.weight, flag.weight],
    [value.height, flag.height],
  ] as const;
  const flags = present.reduce((sum, [field, bit]) => (field === null ? sum : sum | bit), 0);
  const imperial = value.massUnit === 'lb' ? flag.imperial : 0;
  return flags | imperial | (value.multiplePacket ? flag.multiplePacket : 0);
}
