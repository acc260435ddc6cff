/**
 * Records in the EEPROM of Omron blood pressure monitors of the HEM-7142T2 family: 14 octets,
 * little endian bit fields. Octet 0 is systolic minus 25, then diastolic, pulse rate, year; one
 * word of hour, day, month and flags; one word of second, minute and flags; octets 10-11 are the
 * record number. Source: hass-omron record parsers with device logs.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import type { LocalDateTime } from '../reading.js';
import { bit, exactly, flag, orNull, refuseUnless, whole } from '../serial/fields.js';
import { fromLocal, toLocal } from '../serial/local-time.js';

export interface OmronMeasurement {
  /** mmHg. */
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulseRate: number;
  /** Null when the monitor's clock was not set. */
  readonly timestamp: LocalDateTime | null;
}

export interface OmronRecord extends OmronMeasurement {
  readonly irregularPulse: boolean;
  readonly bodyMovement: boolean;
  /** The cuff was wrapped well. */
  readonly cuffFits: boolean;
  readonly improperPosition: boolean;
  /** The monitor's own count of records. */
  readonly sequence: number;
}

const recordLength = 14;
const systolicOffset = 25;
/** Above this, octet 0 marks an empty slot (250 mmHg is the highest reading). */
const highestSystolic = 0xe1;
/** Seconds and minutes have six bits; devices were seen to exceed the clock face. */
const highestOfClock = 59;

function timeOf(year: number, flags1: number, flags2: number): LocalDateTime | null {
  const time = {
    year: 2000 + (year & 0x3f),
    month: (flags1 >> 10) & 0x0f,
    day: (flags1 >> 5) & 0x1f,
    hour: flags1 & 0x1f,
    minute: Math.min((flags2 >> 6) & 0x3f, highestOfClock),
    second: Math.min(flags2 & 0x3f, highestOfClock),
  };
  return orNull(() => toLocal(time));
}

/** The whole record; refuses `truncated`, `length` and `empty` (a slot that was never written). */
export const omronRecord: Codec<OmronRecord> = {
  decode: (octets) => {
    exactly(octets, recordLength);
    const reader = new OctetReader(octets);
    const systolic = reader.uint8();
    const diastolic = reader.uint8();
    const pulseRate = reader.uint8();
    const year = reader.uint8();
    const flags1 = reader.uint16();
    const flags2 = reader.uint16();
    reader.uint16();
    const blank = [diastolic, pulseRate, year & 0x3f, flags1, flags2].every((field) => field === 0);
    refuseUnless(systolic <= highestSystolic && !blank, 'empty');
    return {
      systolic: systolic + systolicOffset,
      diastolic,
      pulseRate,
      timestamp: timeOf(year, flags1, flags2),
      irregularPulse: bit(flags1, 14),
      bodyMovement: bit(flags1, 15),
      cuffFits: bit(flags2, 12),
      improperPosition: flags2 >> 14 !== 0,
      sequence: reader.uint16(),
    };
  },
  encode: (record) => {
    const time = record.timestamp === null ? null : fromLocal(record.timestamp);
    const { year, month, day, hour, minute, second } = time ?? unset;
    const flags1 = flag(record.irregularPulse, 14) | flag(record.bodyMovement, 15);
    const flags2 = flag(record.cuffFits, 12) | flag(record.improperPosition, 14);
    return new OctetWriter()
      .uint8(whole(record.systolic - systolicOffset, 0, highestSystolic))
      .uint8(whole(record.diastolic, 0, 0xff))
      .uint8(whole(record.pulseRate, 0, 0xff))
      .uint8(whole(year - 2000, 0, 0x3f))
      .uint16(flags1 | (month << 10) | (day << 5) | hour)
      .uint16(flags2 | (minute << 6) | second)
      .uint16(0)
      .uint16(whole(record.sequence, 0, 0xffff))
      .uint16(0)
      .octets();
  },
};

/** The clock fields of a monitor whose clock was never set. */
const unset = { year: 2000, month: 0, day: 0, hour: 0, minute: 0, second: 0 };

/** The measurement in a record, without its flags; refuses as {@link omronRecord}. */
export const omronBp14: Codec<OmronMeasurement> = {
  decode: (octets) => {
    const { systolic, diastolic, pulseRate, timestamp } = omronRecord.decode(octets);
    return { systolic, diastolic, pulseRate, timestamp };
  },
  encode: (measurement) =>
    omronRecord.encode({
      ...measurement,
      irregularPulse: false,
      bodyMovement: false,
      cuffFits: true,
      improperPosition: false,
      sequence: 0,
    }),
};

export interface OmronClock {
  readonly dateTime: LocalDateTime;
}

const clockLength = 16;
const clockAt = 8;
const clockCheckAt = 14;

/**
 * The clock block of the same EEPROM: year, month, day, hour, minute and second at octets 8-13. The
 * octet behind them is the sum of all before it; it is written, but not demanded, because the
 * transfer frame has a check of its own. Refuses `truncated`, `length` and `range` (also models
 * that keep the month before the year).
 */
export const omronClock: Codec<OmronClock> = {
  decode: (octets) => {
    exactly(octets, clockLength);
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
      octets.subarray(clockAt);
    return { dateTime: toLocal({ year: 2000 + year, month, day, hour, minute, second }) };
  },
  encode: ({ dateTime }) => {
    const { year, month, day, hour, minute, second } = fromLocal(dateTime);
    const block = new Uint8Array(clockLength);
    block.set([whole(year - 2000, 0, 0xff), month, day, hour, minute, second], clockAt);
    block[clockCheckAt] = block.reduce((sum, octet) => sum + octet, 0);
    return block;
  },
};
