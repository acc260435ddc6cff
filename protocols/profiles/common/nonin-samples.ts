/**
 * Nonin serial frames as readings and finger samples, and readings as frames for virtual oximeters.
 */
import { noninDf13, type NoninDf13 } from '../../serial/nonin-df13.js';
import { noninDf8, type NoninDf8 } from '../../serial/nonin-df8.js';
import { noninDf2Packet, noninDf7Packet, type NoninPacket } from '../../serial/nonin-packet.js';
import type { Codec } from '../../codec.js';
import { CodecRefusal } from '../../codec.js';
import type { Reading } from '../../reading.js';
import type { FingerSample } from './finger-episode.js';
import { failed, flagsWhere, outcomeOf, readingOf, valueOf } from './readings.js';

function pair(spo2: number | null, pulseRate: number | null) {
  return outcomeOf({ spo2, pulse_rate: pulseRate });
}

/** A format 8 frame. With the sensor alarm set the values are old: the finger is out. */
export function readDf8(octets: Uint8Array): Reading {
  const frame = noninDf8.decode(octets);
  const { spo2, pulseRate, sensorAlarm, outOfTrack } = frame;
  const lost = sensorAlarm || outOfTrack;
  return readingOf('spo2', octets, {
    ...(lost ? failed('sensor_off') : pair(spo2, pulseRate)),
    flags: flagsWhere({
      device_battery_low: frame.lowBattery,
      low_perfusion: frame.lowPerfusion || frame.marginalPerfusion,
      body_movement: frame.artifact,
      questionable: !lost && !frame.smartPoint,
    }),
  });
}

/** A format 8 frame as a sample of the stream. */
export function sampleDf8(octets: Uint8Array): FingerSample {
  const { sensorAlarm, smartPoint } = noninDf8.decode(octets);
  return { attached: !sensorAlarm, reading: readDf8(octets), settled: smartPoint };
}

/**
 * A format 8 frame with this content; it is marked as settled unless the reading is questionable.
 */
export function writeDf8(reading: Reading): Uint8Array {
  const off = reading.failure !== null;
  const frame: NoninDf8 = {
    outOfTrack: off,
    lowPerfusion: reading.flags.includes('low_perfusion'),
    marginalPerfusion: false,
    artifact: reading.flags.includes('body_movement'),
    pulseRate: valueOf(reading, 'pulse_rate'),
    spo2: valueOf(reading, 'spo2'),
    smartPoint: !off && !reading.flags.includes('questionable'),
    sensorAlarm: off,
    lowBattery: reading.flags.includes('device_battery_low'),
  };
  return noninDf8.encode(frame);
}

/** What the formats 2 and 7 have in common: packets of 25 frames. */
export interface PacketFormat {
  readonly read: (octets: Uint8Array) => Reading;
  readonly sample: (octets: Uint8Array) => FingerSample;
  readonly write: (reading: Reading) => Uint8Array;
}

/** `marks`: the format says of a value whether it is settled. */
function readPacket(codec: Codec<NoninPacket>, marks: boolean, octets: Uint8Array): Reading {
  // The recording values; the display values stay for ten seconds after the finger is out.
  const { spo2, pulseRate, sensorAlarm, lowBattery, smartPoint } = codec.decode(octets);
  return readingOf('spo2', octets, {
    ...(sensorAlarm ? failed('sensor_off') : pair(spo2, pulseRate)),
    flags: flagsWhere({
      device_battery_low: lowBattery,
      questionable: marks && !sensorAlarm && !smartPoint,
    }),
  });
}

/** A waveform at rest: the virtual oximeter's finger has no pulse wave. */
const levelPleth = 0x80;

function packetOf(reading: Reading): NoninPacket {
  const spo2 = valueOf(reading, 'spo2');
  const pulseRate = valueOf(reading, 'pulse_rate');
  return {
    pulseRate,
    spo2,
    firmwareRevision: 0,
    timer: 0,
    smartPoint: reading.failure === null && !reading.flags.includes('questionable'),
    lowBattery: reading.flags.includes('device_battery_low'),
    spo2Display: spo2,
    spo2Fast: spo2,
    spo2BeatToBeat: spo2,
    pulseRateExtended: pulseRate,
    spo2Extended: spo2,
    spo2ExtendedDisplay: spo2,
    pulseRateDisplay: pulseRate,
    pulseRateExtendedDisplay: pulseRate,
    sensorAlarm: reading.failure !== null,
    firstPleth: levelPleth,
  };
}

function packetFormat(codec: Codec<NoninPacket>, marks: boolean): PacketFormat {
  return {
    read: (octets) => readPacket(codec, marks, octets),
    sample: (octets) => {
      const { sensorAlarm, smartPoint } = codec.decode(octets);
      return {
        attached: !sensorAlarm,
        reading: readPacket(codec, marks, octets),
        settled: marks && smartPoint,
      };
    },
    write: (reading) => codec.encode(packetOf(reading)),
  };
}

/** The octet of the mark is reserved in most oximeters of this format. */
export const df2: PacketFormat = packetFormat(noninDf2Packet, false);
export const df7: PacketFormat = packetFormat(noninDf7Packet, true);

/** A format 13 frame: one spot check with its time. */
export function readDf13(octets: Uint8Array): Reading {
  const spot = noninDf13.decode(octets);
  return readingOf('spo2', octets, {
    ...(spot.noMeasurement ? failed('aborted') : pair(spot.spo2, spot.pulseRate)),
    flags: flagsWhere({
      device_battery_low: spot.lowBattery,
      stored_before_connection: spot.fromMemory,
      questionable: !spot.smartPoint && !spot.noMeasurement,
    }),
    deviceTime: spot.timestamp,
  });
}

/** A format 13 frame with this content; refuses `range` without a device time. */
export function writeDf13(reading: Reading): Uint8Array {
  if (reading.deviceTime === null) throw new CodecRefusal('range');
  const noMeasurement = reading.failure !== null;
  const spot: NoninDf13 = {
    packetType: 13,
    timestamp: reading.deviceTime,
    smartPoint: !noMeasurement && !reading.flags.includes('questionable'),
    noMeasurement,
    fromMemory: reading.flags.includes('stored_before_connection'),
    lowBattery: reading.flags.includes('device_battery_low'),
    pulseRate: valueOf(reading, 'pulse_rate'),
    spo2: valueOf(reading, 'spo2'),
  };
  return noninDf13.encode(spot);
}
