/**
 * A reading: what a device said, decoded, before the gateway has taken it in.
 *
 * Quantity ids and units are those of the measurement catalogue (`cloud/content/measurements.json`);
 * units are UCUM.
 */

/** What was measured in one go. A panel (blood pressure with pulse) is one reading. */
export const readingKinds = [
  'blood_pressure',
  'body_weight',
  'body_composition',
  'spo2',
  'glucose',
  'body_temperature',
  'heart_rate',
  'spirometry',
] as const;
export type ReadingKind = (typeof readingKinds)[number];

/** The quantities a reading may carry, each with its one UCUM unit and its decimals. */
export const quantityUnits = {
  systolic_bp: 'mm[Hg]',
  diastolic_bp: 'mm[Hg]',
  mean_arterial_pressure: 'mm[Hg]',
  pulse_rate: '/min',
  body_weight: 'kg',
  body_height: 'cm',
  bmi: 'kg/m2',
  body_fat_percentage: '%',
  spo2: '%',
  pulse_amplitude_index: '%',
  glucose: 'mmol/L',
  body_temperature: 'Cel',
  respiration_rate: '/min',
  fev1: 'L',
  fvc: 'L',
  pef: 'L/min',
  fev1_fvc_ratio: '%',
} as const;
export type QuantityCode = keyof typeof quantityUnits;

/** One number with its catalogue id; the unit follows from the id (`quantityUnits`). */
export interface Quantity {
  readonly code: QuantityCode;
  readonly value: number;
}

/**
 * Why a run gave no value. A failed attempt is stored and shown as such, never as a number.
 * `not_a_number`: NaN, NRes, reserved or infinite medical float; `aborted`: the device says that the
 * run was broken off; `sensor_off`: finger or probe not attached; `out_of_device_range`: HI or LO.
 */
export const failureReasons = [
  'not_a_number',
  'aborted',
  'sensor_off',
  'out_of_device_range',
  'implausible',
  'device_fault',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** What the device or the gateway says about a reading's quality. It is shown, and rules may read it. */
export const readingFlags = [
  'irregular_pulse',
  'body_movement',
  'cuff_loose',
  'improper_position',
  'pulse_out_of_range',
  'device_battery_low',
  'device_clock_unset',
  'questionable',
  'low_perfusion',
  'control_solution',
  'time_uncertain',
  'stored_before_connection',
  'unusual',
  'entered_by_hand',
  'owner_unconfirmed',
] as const;
export type ReadingFlag = (typeof readingFlags)[number];

/** Date and time as the device's own clock showed it: `YYYY-MM-DDTHH:MM:SS`, no zone. */
export type LocalDateTime = string;

export interface Reading {
  readonly kind: ReadingKind;
  /** Empty when `failure` is set. */
  readonly values: readonly Quantity[];
  readonly failure: FailureReason | null;
  readonly flags: readonly ReadingFlag[];
  /** Null when the device gave no (complete) time. */
  readonly deviceTime: LocalDateTime | null;
  /** The device's own record number; null when it has none. */
  readonly sequence: number | null;
  /** The device's user slot (1…n); null when it has none or it is unknown. */
  readonly userSlot: number | null;
  /** Meal or activity context, catalogue context ids; empty when none. */
  readonly context: Readonly<Record<string, string>>;
  /** The octets of the record itself: the part that identifies it. */
  readonly octets: Uint8Array;
  /** Octets that belong to it but came separately (glucose context); empty when none. */
  readonly companionOctets: Uint8Array;
}
