/**
 * Blood Pressure Measurement (2A35) as Beurer BM48, BM59, BM85 and their relatives send it: pulse
 * rate and status big endian, a user although no flag says so, and no mean arterial pressure.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readSfloat, sfloatValue, sfloatWord, writeSfloat, type MedFloat } from '../medfloat.js';
import {
  bloodPressureFlags,
  bloodPressureFlagsOf,
  bloodPressureStatus,
  type BloodPressureTail,
  type PressureUnit,
} from './blood-pressure-measurement.js';
import { readDateTime, writeDateTime } from './date-time.js';
import { maxUint16, maxUint8, whole } from './fields.js';

export interface BeurerBloodPressure extends BloodPressureTail {
  readonly unit: PressureUnit;
  readonly systolic: MedFloat;
  readonly diastolic: MedFloat;
  /** 0: not provided. */
  readonly meanArterialPressureRaw: MedFloat;
  readonly userId: number;
}

/** The monitors set this reserved flag and leave out the one for the user. */
const quirkFlag = 0x40;

/** Blood pressure with the Beurer quirk. To be used for the named models only. */
export const bloodPressureBeurerQuirk: Codec<BeurerBloodPressure> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const value: BeurerBloodPressure = {
      unit: flags & bloodPressureFlags.kPa ? 'kPa' : 'mmHg',
      systolic: readSfloat(reader),
      diastolic: readSfloat(reader),
      meanArterialPressureRaw: readSfloat(reader),
      timestamp: flags & bloodPressureFlags.timestamp ? readDateTime(reader) : null,
      pulseRate: flags & bloodPressureFlags.pulseRate ? sfloatValue(reader.uint16be()) : null,
      userId: reader.uint8(),
      status: flags & bloodPressureFlags.status ? bloodPressureStatus(reader.uint16be()) : null,
    };
    reader.end();
    return value;
  },
  encode(value) {
    const { timestamp, pulseRate, userId, status } = value;
    const flags = bloodPressureFlagsOf(value.unit, value) & ~bloodPressureFlags.userId;
    const writer = new OctetWriter().uint8(flags | quirkFlag);
    writeSfloat(writer, value.systolic);
    writeSfloat(writer, value.diastolic);
    writeSfloat(writer, value.meanArterialPressureRaw);
    if (timestamp !== null) writeDateTime(writer, timestamp);
    if (pulseRate !== null) writer.uint16be(sfloatWord(pulseRate));
    writer.uint8(whole(userId, maxUint8));
    if (status !== null) writer.uint16be(whole(status.raw, maxUint16));
    return writer.octets();
  },
};
