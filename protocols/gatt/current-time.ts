/** Current Time (2A2B): Current Time Service 1.1 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { bitFlags, maxUint8, whole, type BitFlags } from './fields.js';

const adjustReasonNames = [
  'manualTimeUpdate',
  'externalReferenceTimeUpdate',
  'changeOfTimeZone',
  'changeOfDst',
] as const;

export interface CurrentTime {
  readonly dateTime: DateTime;
  /** 1 is Monday, 7 is Sunday; null when the device does not know. */
  readonly dayOfWeek: number | null;
  /** In 1/256 s. */
  readonly fractions256: number;
  readonly adjustReason: BitFlags<(typeof adjustReasonNames)[number]>;
}

const daysPerWeek = 7;

/** Current Time, 2A2B; 10 octets, read from a device or written to set its clock. */
export const currentTime: Codec<CurrentTime> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const dateTime = readDateTime(reader);
    const dayOfWeek = whole(reader.uint8(), daysPerWeek) || null;
    const fractions256 = reader.uint8();
    const adjustReason = bitFlags(adjustReasonNames, reader.uint8());
    reader.end();
    return { dateTime, dayOfWeek, fractions256, adjustReason };
  },
  encode(value) {
    const writer = new OctetWriter();
    writeDateTime(writer, value.dateTime);
    writer.uint8(whole(value.dayOfWeek ?? 0, daysPerWeek));
    writer.uint8(whole(value.fractions256, maxUint8));
    return writer.uint8(whole(value.adjustReason.raw, maxUint8)).octets();
  },
};
