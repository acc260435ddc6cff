import type { Quantity, QuantityCode, ReadingKind } from './reading.js';

/**
 * What a quantity of an adult can be at all (hard) and what is worth a second look (soft): the ranges
 * of the measurement catalogue (`cloud/content/measurements.json`), compared with it by a test. They
 * tell a measuring fault from a measurement, and are no limits of treatment.
 */
export interface Range {
  /** Decimals shown; comparisons are made on the rounded value. */
  readonly decimals: number;
  readonly hard: readonly [min: number, max: number];
  readonly soft: readonly [min: number, max: number];
}

function range(
  decimals: number,
  hard: readonly [number, number],
  soft: readonly [number, number],
): Range {
  return { decimals, hard, soft };
}

export const ranges: Readonly<Record<QuantityCode, Range>> = {
  systolic_bp: range(0, [40, 300], [80, 200]),
  diastolic_bp: range(0, [20, 200], [40, 120]),
  mean_arterial_pressure: range(0, [25, 250], [55, 140]),
  pulse_rate: range(0, [20, 300], [40, 130]),
  body_weight: range(1, [20, 350], [35, 200]),
  body_height: range(0, [50, 250], [130, 210]),
  bmi: range(1, [8, 100], [16, 50]),
  body_fat_percentage: range(1, [1, 75], [5, 60]),
  spo2: range(0, [50, 100], [85, 100]),
  pulse_amplitude_index: range(2, [0, 30], [0.3, 20]),
  glucose: range(1, [0.3, 55.0], [3.0, 20.0]),
  body_temperature: range(1, [30.0, 45.0], [35.0, 41.0]),
  respiration_rate: range(0, [4, 80], [8, 35]),
  fev1: range(2, [0.2, 9.0], [0.4, 7.0]),
  fvc: range(2, [0.3, 10.0], [0.8, 8.0]),
  pef: range(0, [20, 999], [60, 800]),
  fev1_fvc_ratio: range(0, [15, 100], [25, 95]),
};

/** The quantities a kind is about. Without them it is a failed attempt; the others accompany. */
export const mainQuantities: Readonly<Record<ReadingKind, readonly QuantityCode[]>> = {
  blood_pressure: ['systolic_bp', 'diastolic_bp'],
  body_weight: ['body_weight'],
  body_composition: ['body_fat_percentage'],
  spo2: ['spo2'],
  glucose: ['glucose'],
  body_temperature: ['body_temperature'],
  heart_rate: ['pulse_rate'],
  spirometry: ['fev1', 'fvc', 'pef'],
};

/** Pressures further apart or closer than this (mmHg) are stored and marked. */
const pulsePressure = { min: 15, max: 120 } as const;
/** FEV1 may exceed FVC by the accuracy of a home spirometer, not by more. */
const fev1OverFvc = 1.02;

/** From here on a double has no decimals, and its text form is exponential. */
const wholeFrom = 1e15;

/** Rounds half away from zero in decimal, as the number is written: 1.005 to two decimals is 1.01. */
export function roundTo(value: number, decimals: number): number {
  if (!(Math.abs(value) < wholeFrom)) return value;
  const [digits = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  const shifted = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  return Math.sign(value) * Number(`${shifted}e-${decimals}`);
}

const within = (value: number, [min, max]: readonly [number, number]): boolean =>
  value >= min && value <= max;

export interface Plausibility {
  /** False: the run failed, its numbers must not be shown. */
  readonly plausible: boolean;
  /** The quantities that can be true; an impossible companion is left out. */
  readonly values: readonly Quantity[];
  /** A companion was left out. */
  readonly questionable: boolean;
  /** Outside the soft range: stored, and worth a second look. */
  readonly unusual: boolean;
}

/** Holds the quantities of one reading against what is possible. Values that are no numbers are not. */
export function judgePlausibility(kind: ReadingKind, values: readonly Quantity[]): Plausibility {
  const rounded = values.map(({ code, value }) => ({
    code,
    value: roundTo(value, ranges[code].decimals),
  }));
  const possible = rounded.map(({ code, value }) => within(value, ranges[code].hard));
  const kept = values.filter((_, i) => possible[i]);
  const keptRounded = rounded.filter((_, i) => possible[i]);
  const main = new Set<QuantityCode>(mainQuantities[kind]);
  const mainFailed = values.some(({ code }, i) => main.has(code) && possible[i] !== true);
  return {
    plausible: !mainFailed && kept.length > 0 && fitsTogether(keptRounded),
    values: kept,
    questionable: kept.length < values.length,
    unusual:
      keptRounded.some(({ code, value }) => !within(value, ranges[code].soft)) ||
      isUnusualTogether(keptRounded),
  };
}

type Lookup = (code: QuantityCode) => number | undefined;

const lookup =
  (values: readonly Pick<Quantity, 'code' | 'value'>[]): Lookup =>
  (code) =>
    values.find((quantity) => quantity.code === code)?.value;

/** Cross checks `sys-gt-dia` and `fev1-le-fvc` of the catalogue, on values as they are shown. */
export function fitsTogether(values: readonly Pick<Quantity, 'code' | 'value'>[]): boolean {
  const of = lookup(values);
  const [systolic, diastolic] = [of('systolic_bp'), of('diastolic_bp')];
  if (systolic !== undefined && diastolic !== undefined && systolic <= diastolic) return false;
  const [fev1, fvc] = [of('fev1'), of('fvc')];
  return fev1 === undefined || fvc === undefined || fev1 <= fvc * fev1OverFvc;
}

/** Cross checks `pulse-pressure-low`, `pulse-pressure-high` and `map-between` of the catalogue. */
function isUnusualTogether(values: readonly Quantity[]): boolean {
  const of = lookup(values);
  const [systolic, diastolic] = [of('systolic_bp'), of('diastolic_bp')];
  if (systolic === undefined || diastolic === undefined) return false;
  const mean = of('mean_arterial_pressure');
  const apart = systolic - diastolic;
  if (apart < pulsePressure.min || apart > pulsePressure.max) return true;
  return mean !== undefined && (mean < diastolic || mean > systolic);
}
