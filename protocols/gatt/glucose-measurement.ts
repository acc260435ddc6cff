/** Glucose Measurement (2A18): Glucose Service 1.0.1 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { sfloatValue, sfloatValueShifted, sfloatWord, type MedFloat } from '../medfloat.js';
import { plusMinutes, readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { bitFlags, maxUint16, whole, type BitFlags, type Draft } from './fields.js';

const statusNames = [
  'deviceBatteryLow',
  'sensorMalfunction',
  'sampleSizeInsufficient',
  'stripInsertionError',
  'stripTypeIncorrect',
  'resultAboveDeviceRange',
  'resultBelowDeviceRange',
  'temperatureTooHigh',
  'temperatureTooLow',
  'readInterrupted',
  'generalDeviceFault',
  'timeFault',
] as const;
export type GlucoseStatusFlag = (typeof statusNames)[number];

export interface GlucoseMeasurement {
  readonly sequenceNumber: number;
  /** The meter's own clock, which no one sets. */
  readonly baseTime: DateTime;
  readonly timeOffsetMinutes: number | null;
  /** Base time plus offset: what the patient saw. Null when it cannot be said. */
  readonly userFacingTime: DateTime | null;
  /** As sent; the unit below. The converted value is given in the unit that goes with it. */
  readonly concentration: MedFloat | null;
  readonly concentrationUnit?: 'kg/L' | 'mol/L';
  readonly mgPerDl?: MedFloat | null;
  readonly mmolPerL?: MedFloat | null;
  /** Code of the fluid (1 capillary whole blood … 10 control solution). */
  readonly type: number | null;
  /** Code of the sample location (1 finger … 15 not available). */
  readonly sampleLocation: number | null;
  readonly status: BitFlags<GlucoseStatusFlag> | null;
  readonly contextInformationFollows: boolean;
}

const flag = { timeOffset: 1, concentration: 2, molPerL: 4, status: 8, contextFollows: 16 };

/** 1 kg/L is 10^5 mg/dL; 1 mol/L is 10^3 mmol/L. */
const powerToMgPerDl = 5;
const powerToMmolPerL = 3;

/** Offsets beyond the field, §3.1.1.4: the meter says that it cannot say the user facing time. */
const offsetOverrun = 0x7fff;
const offsetUnderrun = -0x8000;

function userFacingTime(baseTime: DateTime, minutes: number | null): DateTime | null {
  if (minutes === null || minutes === 0) return baseTime;
  if (minutes === offsetOverrun || minutes === offsetUnderrun) return null;
  return typeof baseTime === 'string' ? plusMinutes(baseTime, minutes) : null;
}

/** Reads concentration, type and location into the value, with the converted concentration. */
function readSample(reader: OctetReader, flags: number, value: Draft<GlucoseMeasurement>): void {
  const word = reader.uint16();
  const typeAndLocation = reader.uint8();
  const molar = (flags & flag.molPerL) !== 0;
  value.concentration = sfloatValue(word);
  value.concentrationUnit = molar ? 'mol/L' : 'kg/L';
  value.mgPerDl = molar ? null : sfloatValueShifted(word, powerToMgPerDl);
  value.mmolPerL = molar ? sfloatValueShifted(word, powerToMmolPerL) : null;
  value.type = typeAndLocation & 0x0f;
  value.sampleLocation = typeAndLocation >> 4;
}

/** Glucose Measurement, 2A18. A number at or below zero is a record that is not a glucose value. */
export const glucoseMeasurement: Codec<GlucoseMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const sequenceNumber = reader.uint16();
    const baseTime = readDateTime(reader);
    const timeOffsetMinutes = flags & flag.timeOffset ? reader.int16() : null;
    const value: Draft<GlucoseMeasurement> = {
      sequenceNumber,
      baseTime,
      timeOffsetMinutes,
      userFacingTime: userFacingTime(baseTime, timeOffsetMinutes),
      concentration: null,
      type: null,
      sampleLocation: null,
      status: null,
      contextInformationFollows: (flags & flag.contextFollows) !== 0,
    };
    if (flags & flag.concentration) readSample(reader, flags, value);
    if (flags & flag.status) value.status = bitFlags(statusNames, reader.uint16());
    return value;
  },
  encode(value) {
    const { timeOffsetMinutes, concentration, status } = value;
    const writer = new OctetWriter().uint8(flagsOf(value));
    writer.uint16(whole(value.sequenceNumber, maxUint16));
    writeDateTime(writer, value.baseTime);
    if (timeOffsetMinutes !== null) {
      writer.uint16(whole(timeOffsetMinutes, offsetOverrun, offsetUnderrun));
    }
    if (concentration !== null) {
      const sample = whole(value.type ?? 0, 15) | (whole(value.sampleLocation ?? 0, 15) << 4);
      writer.uint16(sfloatWord(concentration)).uint8(sample);
    }
    if (status !== null) writer.uint16(whole(status.raw, maxUint16));
    return writer.octets();
  },
};

function flagsOf(value: GlucoseMeasurement): number {
  return (
    (value.timeOffsetMinutes === null ? 0 : flag.timeOffset) |
    (value.concentration === null ? 0 : flag.concentration) |
    (value.concentrationUnit === 'mol/L' ? flag.molPerL : 0) |
    (value.status === null ? 0 : flag.status) |
    (value.contextInformationFollows ? flag.contextFollows : 0)
  );
}
