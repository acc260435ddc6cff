/** Heart Rate Measurement (2A37): Heart Rate Service 1.0 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { maxUint16, maxUint8, whole } from './fields.js';

export type SensorContact = 'notSupported' | 'supportedNotDetected' | 'supportedDetected';

export interface HeartRateMeasurement {
  /** Beats per minute. */
  readonly heartRate: number;
  readonly sensorContact: SensorContact;
  /** Since the last reset; 65 535 means that or more. */
  readonly energyExpendedKj: number | null;
  /** Oldest first, in 1/1024 s as sent, and the same in milliseconds. */
  readonly rrIntervals1024: readonly number[] | null;
  readonly rrIntervalsMs: readonly number[] | null;
}

const flag = { wide: 1, contactDetected: 2, contactSupported: 4, energy: 8, rrIntervals: 16 };
const rrIntervalOctets = 2;
const millisecondsPerTick = 1000 / 1024;

function sensorContactOf(flags: number): SensorContact {
  if ((flags & flag.contactSupported) === 0) return 'notSupported';
  return flags & flag.contactDetected ? 'supportedDetected' : 'supportedNotDetected';
}

/** The intervals fill the rest of the value; half an interval at the end is refused. */
function readRrIntervals(reader: OctetReader): number[] {
  const intervals: number[] = [];
  while (reader.remaining >= rrIntervalOctets) intervals.push(reader.uint16());
  if (reader.remaining > 0) reader.uint16();
  return intervals;
}

/** Heart Rate Measurement, 2A37. */
export const heartRateMeasurement: Codec<HeartRateMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const heartRate = flags & flag.wide ? reader.uint16() : reader.uint8();
    const sensorContact = sensorContactOf(flags);
    const energyExpendedKj = flags & flag.energy ? reader.uint16() : null;
    const rrIntervals1024 = flags & flag.rrIntervals ? readRrIntervals(reader) : null;
    const rrIntervalsMs = rrIntervals1024?.map((ticks) => ticks * millisecondsPerTick) ?? null;
    return { heartRate, sensorContact, energyExpendedKj, rrIntervals1024, rrIntervalsMs };
  },
  encode(value) {
    const { heartRate, energyExpendedKj, rrIntervals1024 } = value;
    const writer = new OctetWriter().uint8(flagsOf(value));
    if (heartRate > maxUint8) writer.uint16(whole(heartRate, maxUint16));
    else writer.uint8(whole(heartRate, maxUint8));
    if (energyExpendedKj !== null) writer.uint16(whole(energyExpendedKj, maxUint16));
    for (const ticks of rrIntervals1024 ?? []) writer.uint16(whole(ticks, maxUint16));
    return writer.octets();
  },
};

const contactFlags = {
  notSupported: 0,
  supportedNotDetected: flag.contactSupported,
  supportedDetected: flag.contactSupported | flag.contactDetected,
} as const;

function flagsOf(value: HeartRateMeasurement): number {
  return (
    (value.heartRate > maxUint8 ? flag.wide : 0) |
    contactFlags[value.sensorContact] |
    (value.energyExpendedKj === null ? 0 : flag.energy) |
    (value.rrIntervals1024 === null ? 0 : flag.rrIntervals)
  );
}
