/**
 * Weight as the A&D UC-352BLE sends it in its own characteristic 23434101: the flags of Weight
 * Measurement (2A9D), but steps of 0.1 kg or 0.1 lb.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { maxUint16, steps } from './fields.js';
import { unsuccessful, type MassUnit } from './weight-measurement.js';

export interface AndBleWeight {
  readonly unit: MassUnit;
  /** Null when the scale tells that the measurement was unsuccessful. */
  readonly weight: number | null;
  readonly timestamp: DateTime | null;
}

const flag = { imperial: 1, timestamp: 2, userId: 4, bmiAndHeight: 8 };
const stepsPerUnit = 10;
const userIdOctets = 1;
const bmiAndHeightOctets = 4;

/** A&D weight, 23434101. A user or body mass index is passed over: the scale has neither. */
export const andBleWeight: Codec<AndBleWeight> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const unit = flags & flag.imperial ? 'lb' : 'kg';
    const raw = reader.uint16();
    const weight = raw === unsuccessful ? null : raw / stepsPerUnit;
    const timestamp = flags & flag.timestamp ? readDateTime(reader) : null;
    if (flags & flag.userId) reader.take(userIdOctets);
    if (flags & flag.bmiAndHeight) reader.take(bmiAndHeightOctets);
    return { unit, weight, timestamp };
  },
  encode({ unit, weight, timestamp }) {
    const flags = (unit === 'lb' ? flag.imperial : 0) | (timestamp === null ? 0 : flag.timestamp);
    const raw = weight === null ? unsuccessful : steps(weight, stepsPerUnit, maxUint16 - 1);
    const writer = new OctetWriter().uint8(flags).uint16(raw);
    if (timestamp !== null) writeDateTime(writer, timestamp);
    return writer.octets();
  },
};
