/** Intermediate Cuff Pressure (2A36): Blood Pressure Service 1.1.1 §3.2. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import {
  bloodPressureFlags,
  bloodPressureFlagsOf,
  readBloodPressureTail,
  writeBloodPressureTail,
  type BloodPressureTail,
  type PressureUnit,
} from './blood-pressure-measurement.js';

export interface IntermediateCuffPressure extends BloodPressureTail {
  readonly unit: PressureUnit;
  readonly cuffPressure: MedFloat;
}

/** Where a measurement has diastolic and mean arterial pressure; nothing may be read into them. */
const unusedOctets = 4;

/** Intermediate Cuff Pressure, 2A36. */
export const intermediateCuffPressure: Codec<IntermediateCuffPressure> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const unit = flags & bloodPressureFlags.kPa ? 'kPa' : 'mmHg';
    const cuffPressure = readSfloat(reader);
    reader.take(unusedOctets);
    return { unit, cuffPressure, ...readBloodPressureTail(reader, flags) };
  },
  encode(value) {
    const writer = new OctetWriter().uint8(bloodPressureFlagsOf(value.unit, value));
    writeSfloat(writer, value.cuffPressure);
    writeSfloat(writer, 'NaN');
    writeSfloat(writer, 'NaN');
    writeBloodPressureTail(writer, value);
    return writer.octets();
  },
};
