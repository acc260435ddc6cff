/**
 * Units of devices to the one unit of the catalogue, by the factors of `measurements.json`.
 *
 * A value in the catalogue's unit is left as the device said it. A converted one is rounded once,
 * to the decimals that the catalogue shows: that is what a device with a unit switch would have
 * shown itself, and more digits would be noise of the conversion. The octets keep the original.
 */
import type { MedFloat } from '../../medfloat.js';
import { ranges, roundTo } from '../../ranges.js';
import type { QuantityCode } from '../../reading.js';

const mmHgPerKPa = 7.50062;
const kgPerLb = 0.45359237;
const mgPerDlPerMmolPerL = 18.0156;
const cmPerM = 100;
const cmPerInch = 2.54;

function converted(
  value: MedFloat | null,
  convert: (value: number) => number,
  code: QuantityCode,
): MedFloat | null {
  return typeof value === 'number' ? roundTo(convert(value), ranges[code].decimals) : value;
}

/** A pressure in mmHg. Anything that is not a number passes unchanged, here and below. */
export function toMmHg(value: MedFloat, unit: 'mmHg' | 'kPa'): MedFloat | null {
  return unit === 'mmHg' ? value : converted(value, (kPa) => kPa * mmHgPerKPa, 'systolic_bp');
}

/** A weight in kg. */
export function toKg(value: number | null, unit: 'kg' | 'lb'): MedFloat | null {
  return unit === 'kg' ? value : converted(value, (lb) => lb * kgPerLb, 'body_weight');
}

/** A height in cm. */
export function toCm(value: number | null, unit: 'm' | 'in' | undefined): MedFloat | null {
  const factor = unit === 'in' ? cmPerInch : cmPerM;
  return converted(value, (height) => height * factor, 'body_height');
}

/** A temperature in °C. */
export function toCelsius(value: MedFloat, unit: 'C' | 'F'): MedFloat | null {
  return unit === 'C' ? value : converted(value, (f) => (f - 32) / 1.8, 'body_temperature');
}

/** A glucose concentration in mmol/L from mg/dL. */
export function mgPerDlToMmolPerL(value: MedFloat | null): MedFloat | null {
  return converted(value, (mgPerDl) => mgPerDl / mgPerDlPerMmolPerL, 'glucose');
}

/** Whole mg/dL, as a meter that works in them has it in its memory. */
export function mmolPerLToMgPerDl(value: number): number {
  return Math.round(value * mgPerDlPerMmolPerL);
}
