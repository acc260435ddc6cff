/**
 * Elapsed time: the clock value of the Elapsed Time Service (2BF2) and the time stamp of Generic
 * Health Sensor observations. Elapsed Time Service 1.0.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { decimal } from '../medfloat.js';
import type { LocalDateTime } from '../reading.js';
import { dateTimeAt } from './date-time.js';
import { maxUint8, whole, type Draft } from './fields.js';

/** One value of a clock that counts from 2000-01-01, or of a counter of ticks. */
export interface ElapsedTimestamp {
  readonly tickCounter: boolean;
  /** UTC, or else local time. */
  readonly utc: boolean;
  readonly resolutionSeconds: number;
  readonly tzDstUsed: boolean;
  readonly currentTimeline: boolean;
  /** In steps of the resolution. */
  readonly timeValue: number;
  /** Code of the time source (1 NTP, 4 cellular network, 7 manual …). */
  readonly syncSource: number;
  /** Zone and summer time together; already part of a local time. */
  readonly offsetMinutes: number;
  /** The value as date and time in whole seconds; not given for a tick counter. */
  readonly dateTime?: LocalDateTime;
}

export interface ElapsedTime extends ElapsedTimestamp {
  readonly clockNeedsSet: boolean;
  readonly capabilities: number;
}

const flag = { tickCounter: 1, utc: 2, tzDstUsed: 16, currentTimeline: 32 };
const resolutionShift = 2;
/** Steps of 1 s, 100 ms, 1 ms and 100 µs, as powers of ten. */
const resolutionPowers = [0, -1, -3, -4];
const minutesPerOffsetStep = 15;
const maxUint48 = 2 ** 48 - 1;
const clockNeedsSetBit = 1;

const epochMilliseconds = Date.UTC(2000, 0, 1);

function dateTimeOf(timeValue: number, power: number): LocalDateTime {
  const dateTime = dateTimeAt(epochMilliseconds + decimal(timeValue, power + 3));
  if (dateTime === null) throw new CodecRefusal('range');
  return dateTime;
}

/** Reads nine octets; refuses with `range` a date past the year 9999. */
export function readElapsedTimestamp(reader: OctetReader): ElapsedTimestamp {
  const flags = reader.uint8();
  const power = resolutionPowers[(flags >> resolutionShift) & 3] ?? 0;
  const value: Draft<ElapsedTimestamp> = {
    tickCounter: (flags & flag.tickCounter) !== 0,
    utc: (flags & flag.utc) !== 0,
    resolutionSeconds: decimal(1, power),
    tzDstUsed: (flags & flag.tzDstUsed) !== 0,
    currentTimeline: (flags & flag.currentTimeline) !== 0,
    timeValue: reader.uint48(),
    syncSource: reader.uint8(),
    offsetMinutes: reader.int8() * minutesPerOffsetStep,
  };
  if (!value.tickCounter) value.dateTime = dateTimeOf(value.timeValue, power);
  return value;
}

/** Writes nine octets; `timeValue` counts, `dateTime` is not looked at. */
export function writeElapsedTimestamp(writer: OctetWriter, value: ElapsedTimestamp): void {
  const power = resolutionPowers.findIndex((each) => decimal(1, each) === value.resolutionSeconds);
  const resolution = whole(power, resolutionPowers.length - 1) << resolutionShift;
  const flags =
    (value.tickCounter ? flag.tickCounter : 0) |
    (value.utc ? flag.utc : 0) |
    (value.tzDstUsed ? flag.tzDstUsed : 0) |
    (value.currentTimeline ? flag.currentTimeline : 0);
  writer.uint8(flags | resolution).uint48(whole(value.timeValue, maxUint48));
  writer.uint8(whole(value.syncSource, maxUint8));
  writer.uint8(whole(value.offsetMinutes / minutesPerOffsetStep, 127, -128));
}

/** Current Elapsed Time, 2BF2; 11 octets. */
export const elapsedTime: Codec<ElapsedTime> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const timestamp = readElapsedTimestamp(reader);
    const clockNeedsSet = (reader.uint8() & clockNeedsSetBit) !== 0;
    const capabilities = reader.uint8();
    reader.end();
    return Object.assign(timestamp, { clockNeedsSet, capabilities });
  },
  encode(value) {
    const writer = new OctetWriter();
    writeElapsedTimestamp(writer, value);
    writer.uint8(value.clockNeedsSet ? clockNeedsSetBit : 0);
    return writer.uint8(whole(value.capabilities, maxUint8)).octets();
  },
};
