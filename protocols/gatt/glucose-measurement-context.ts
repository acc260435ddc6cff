/** Glucose Measurement Context (2A34): Glucose Service 1.0.1 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import { maxUint16, maxUint8, whole } from './fields.js';

export interface GlucoseMeasurementContext {
  /** That of the measurement it belongs to. */
  readonly sequenceNumber: number;
  readonly extendedFlags: number | null;
  readonly carbohydrateId: number | null;
  readonly carbohydrateKg: MedFloat | null;
  /** Code (1 preprandial, 2 postprandial, 3 fasting, 4 casual, 5 bedtime). */
  readonly meal: number | null;
  readonly tester: number | null;
  readonly health: number | null;
  /** 65 535 means that or more. */
  readonly exerciseDurationSeconds: number | null;
  readonly exerciseIntensityPercent: number | null;
  readonly medicationId: number | null;
  readonly medication: MedFloat | null;
  readonly medicationUnit?: 'kg' | 'L';
  readonly hba1cPercent: MedFloat | null;
}

const flag = {
  carbohydrate: 1,
  meal: 2,
  testerAndHealth: 4,
  exercise: 8,
  medication: 16,
  medicationInLitres: 32,
  hba1c: 64,
  extended: 128,
};

function readMedication(reader: OctetReader, flags: number) {
  if ((flags & flag.medication) === 0) return { medicationId: null, medication: null } as const;
  const medicationId = reader.uint8();
  const medication = readSfloat(reader);
  const medicationUnit = flags & flag.medicationInLitres ? 'L' : 'kg';
  return { medicationId, medication, medicationUnit } as const;
}

/**
 * Glucose Measurement Context, 2A34. Octets after the last announced field are passed over:
 * padding of a fixed length, or fields of later revisions that the extended flags announce.
 */
export const glucoseMeasurementContext: Codec<GlucoseMeasurementContext> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const sequenceNumber = reader.uint16();
    const extendedFlags = flags & flag.extended ? reader.uint8() : null;
    const carbohydrateId = flags & flag.carbohydrate ? reader.uint8() : null;
    const carbohydrateKg = flags & flag.carbohydrate ? readSfloat(reader) : null;
    const meal = flags & flag.meal ? reader.uint8() : null;
    const testerAndHealth = flags & flag.testerAndHealth ? reader.uint8() : null;
    const exerciseDurationSeconds = flags & flag.exercise ? reader.uint16() : null;
    const exerciseIntensityPercent = flags & flag.exercise ? reader.uint8() : null;
    const medication = readMedication(reader, flags);
    const hba1cPercent = flags & flag.hba1c ? readSfloat(reader) : null;
    return {
      sequenceNumber,
      extendedFlags,
      carbohydrateId,
      carbohydrateKg,
      meal,
      tester: testerAndHealth === null ? null : testerAndHealth & 0x0f,
      health: testerAndHealth === null ? null : testerAndHealth >> 4,
      exerciseDurationSeconds,
      exerciseIntensityPercent,
      ...medication,
      hba1cPercent,
    };
  },
  encode(value) {
    const writer = new OctetWriter().uint8(flagsOf(value));
    writer.uint16(whole(value.sequenceNumber, maxUint16));
    if (value.extendedFlags !== null) writer.uint8(whole(value.extendedFlags, maxUint8));
    writeAmount(writer, value.carbohydrateId, value.carbohydrateKg);
    if (value.meal !== null) writer.uint8(whole(value.meal, maxUint8));
    if (value.tester !== null || value.health !== null) {
      writer.uint8(whole(value.tester ?? 0, 15) | (whole(value.health ?? 0, 15) << 4));
    }
    if (value.exerciseDurationSeconds !== null) {
      writer.uint16(whole(value.exerciseDurationSeconds, maxUint16));
      writer.uint8(whole(value.exerciseIntensityPercent ?? 0, maxUint8));
    }
    writeAmount(writer, value.medicationId, value.medication);
    if (value.hba1cPercent !== null) writeSfloat(writer, value.hba1cPercent);
    return writer.octets();
  },
};

/** An id and its amount are one field: half of it cannot be sent. */
function writeAmount(writer: OctetWriter, id: number | null, amount: MedFloat | null): void {
  if (id === null && amount === null) return;
  if (id === null || amount === null) throw new CodecRefusal('format');
  writer.uint8(whole(id, maxUint8));
  writeSfloat(writer, amount);
}

function flagsOf(value: GlucoseMeasurementContext): number {
  return (
    (value.carbohydrateId === null ? 0 : flag.carbohydrate) |
    (value.meal === null ? 0 : flag.meal) |
    (value.tester === null && value.health === null ? 0 : flag.testerAndHealth) |
    (value.exerciseDurationSeconds === null ? 0 : flag.exercise) |
    (value.medicationId === null ? 0 : flag.medication) |
    (value.medicationUnit === 'L' ? flag.medicationInLitres : 0) |
    (value.hba1cPercent === null ? 0 : flag.hba1c) |
    (value.extendedFlags === null ? 0 : flag.extended)
  );
}
