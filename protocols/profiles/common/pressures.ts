/** Blood pressures of makers' own layouts, whole mmHg, as readings and back. */
import { CodecRefusal } from '../../codec.js';
import type { Reading } from '../../reading.js';
import { outcomeOf, readingOf, valueOf, type Known, type Outcome } from './readings.js';

/** What every one of these layouts carries. */
export interface Pressures {
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulseRate: number;
}

/** The three numbers as an outcome; a pulse rate of 0 is one that was not found. */
export function outcomeOfPressures({ systolic, diastolic, pulseRate }: Pressures): Outcome {
  return outcomeOf(
    { systolic_bp: systolic, diastolic_bp: diastolic },
    { pulse_rate: pulseRate === 0 ? null : pulseRate },
  );
}

/** A record as a reading. */
export function readPressures(pressures: Pressures, octets: Uint8Array, known: Known): Reading {
  return readingOf('blood_pressure', octets, { ...outcomeOfPressures(pressures), ...known });
}

/** The numbers of a reading, for a virtual monitor; refuses `range` for a failed run. */
export function pressuresOf(reading: Reading): Pressures {
  const systolic = valueOf(reading, 'systolic_bp');
  const diastolic = valueOf(reading, 'diastolic_bp');
  if (systolic === null || diastolic === null) throw new CodecRefusal('range');
  return { systolic, diastolic, pulseRate: valueOf(reading, 'pulse_rate') ?? 0 };
}

/** The time of a reading, for a layout that has to carry one; refuses `range` without. */
export function timeFor({ deviceTime }: Reading): string {
  if (deviceTime === null) throw new CodecRefusal('range');
  return deviceTime;
}

/** Seconds for the time of a layout that says minutes only. */
export function onTheMinute(time: string): string {
  return `${time}:00`;
}
