/** Local Time Information (2A0F): Current Time Service 1.1 §3.2, a Time Zone and a DST Offset. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { whole } from './fields.js';

export interface LocalTimeInformation {
  /** Standard time of the zone against UTC; null when the device does not know. */
  readonly timeZoneMinutes: number | null;
  /** What summer time adds now; null when the device does not know. */
  readonly dstOffsetMinutes: number | null;
}

const minutesPerStep = 15;
const unknownZone = -128;
/** From 12 hours behind UTC to 14 hours ahead (Time Zone, 2A0E). */
const minZoneSteps = -48;
const maxZoneSteps = 56;
const unknownDst = 255;
/** Code and minutes; the codes count quarters of an hour, and no others are assigned. */
const dstCodes = [0, 2, 4, 8];

/** Reads a time zone octet and a DST octet; refuses with `range` what is not assigned. */
export function readLocalTime(reader: OctetReader): LocalTimeInformation {
  const zone = reader.int8();
  const dst = reader.uint8();
  if (dst !== unknownDst && !dstCodes.includes(dst)) throw new CodecRefusal('range');
  return {
    timeZoneMinutes:
      zone === unknownZone ? null : whole(zone, maxZoneSteps, minZoneSteps) * minutesPerStep,
    dstOffsetMinutes: dst === unknownDst ? null : dst * minutesPerStep,
  };
}

/** Writes what {@link readLocalTime} reads. */
export function writeLocalTime(writer: OctetWriter, value: LocalTimeInformation): void {
  const { timeZoneMinutes, dstOffsetMinutes } = value;
  const zone =
    timeZoneMinutes === null
      ? unknownZone
      : whole(timeZoneMinutes / minutesPerStep, maxZoneSteps, minZoneSteps);
  const dst = dstOffsetMinutes === null ? unknownDst : dstOffsetMinutes / minutesPerStep;
  if (dst !== unknownDst && !dstCodes.includes(dst)) throw new CodecRefusal('range');
  writer.uint8(zone).uint8(dst);
}

/** Local Time Information, 2A0F. */
export const localTimeInformation: Codec<LocalTimeInformation> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const value = readLocalTime(reader);
    reader.end();
    return value;
  },
  encode(value) {
    const writer = new OctetWriter();
    writeLocalTime(writer, value);
    return writer.octets();
  },
};
