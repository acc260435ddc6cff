/** What all Nonin formats share: how a missing value is said, and the limits of a real one. */
import { CodecRefusal } from '../codec.js';

/** All ones in seven bits: no SpO2 value. */
const missingSpo2 = 127;
/** All ones in nine bits: no pulse rate. */
const missingPulse = 511;
/** Nonin 3230: "SpO2 percentage, 0 – 100"; "pulse rate, 0 – 321". */
const highestSpo2 = 100;
const highestPulse = 321;

function known(raw: number, missing: number, highest: number): number | null {
  if (raw === missing) return null;
  if (raw > highest) throw new CodecRefusal('range');
  return raw;
}

/** SpO2 in percent, null when missing; refuses `range` between 101 and 126. */
export function spo2Of(raw: number): number | null {
  return known(raw, missingSpo2, highestSpo2);
}

/** Pulse rate per minute, null when missing; refuses `range` between 322 and 510. */
export function pulseOf(raw: number): number | null {
  return known(raw, missingPulse, highestPulse);
}

function rawOf(value: number | null, missing: number, highest: number): number {
  if (value === null) return missing;
  if (!Number.isInteger(value) || value < 0 || value > highest) throw new CodecRefusal('range');
  return value;
}

/** The octet of an SpO2 value, 127 for null; refuses `range`. */
export function rawSpo2(spo2: number | null): number {
  return rawOf(spo2, missingSpo2, highestSpo2);
}

/** The nine bits of a pulse rate, 511 for null; refuses `range`. */
export function rawPulse(pulseRate: number | null): number {
  return rawOf(pulseRate, missingPulse, highestPulse);
}
