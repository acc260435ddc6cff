/** Glucose records and their contexts as readings, and back for virtual meters. */
import {
  glucoseMeasurement,
  type GlucoseMeasurement,
  type GlucoseStatusFlag,
} from '../../gatt/glucose-measurement.js';
import {
  glucoseMeasurementContext,
  type GlucoseMeasurementContext,
} from '../../gatt/glucose-measurement-context.js';
import type { MedFloat } from '../../medfloat.js';
import type { FailureReason, Reading } from '../../reading.js';
import {
  clockFlags,
  failed,
  flagsWhere,
  outcomeOf,
  readingOf,
  timeOf,
  valueOf,
  type Outcome,
} from './readings.js';
import { mgPerDlToMmolPerL, mmolPerLToMgPerDl } from './units.js';

/** Sensor Status Annunciation, §3.1.1.7: what leaves no result that could be used. */
const statusFailures: Readonly<Partial<Record<GlucoseStatusFlag, FailureReason>>> = {
  resultAboveDeviceRange: 'out_of_device_range',
  resultBelowDeviceRange: 'out_of_device_range',
  readInterrupted: 'aborted',
  sampleSizeInsufficient: 'aborted',
  sensorMalfunction: 'device_fault',
  stripInsertionError: 'device_fault',
  stripTypeIncorrect: 'device_fault',
  temperatureTooHigh: 'device_fault',
  temperatureTooLow: 'device_fault',
  generalDeviceFault: 'device_fault',
};

/** Bits for a virtual meter; §3.1.1.7. */
const statusBit = { batteryLow: 0x0001, aboveRange: 0x0020, interrupted: 0x0080, fault: 0x0400 };
const statusBits: Readonly<Partial<Record<FailureReason, number>>> = {
  out_of_device_range: statusBit.aboveRange,
  aborted: statusBit.interrupted,
  device_fault: statusBit.fault,
};

/** Type and sample location both have a code for control solution; §3.1.1.6. */
const controlSolution = { type: 10, location: 4 } as const;
const capillaryWholeBlood = 1;
const finger = 1;

function outcome(measured: GlucoseMeasurement): Outcome {
  const status = measured.status?.flags ?? [];
  const reason = status
    .map((flag) => statusFailures[flag])
    .find((failure) => failure !== undefined);
  if (reason !== undefined) return failed(reason);
  const glucose = measured.mmolPerL ?? mgPerDlToMmolPerL(measured.mgPerDl ?? null);
  // Meters keep records that are no glucose value under a concentration at or below zero.
  if (typeof glucose === 'number' && glucose <= 0) return failed('implausible');
  return outcomeOf({ glucose });
}

/** One record (Glucose Measurement, 2A18), without its context. */
export function readGlucose(octets: Uint8Array): Reading {
  const measured = glucoseMeasurement.decode(octets);
  const has = (flag: GlucoseStatusFlag): boolean => measured.status?.flags.includes(flag) ?? false;
  const isControl =
    measured.type === controlSolution.type || measured.sampleLocation === controlSolution.location;
  return readingOf('glucose', octets, {
    ...outcome(measured),
    flags: [
      ...flagsWhere({
        control_solution: isControl,
        device_battery_low: has('deviceBatteryLow'),
        time_uncertain: has('timeFault'),
      }),
      ...clockFlags(measured.userFacingTime),
    ],
    deviceTime: timeOf(measured.userFacingTime),
    sequence: measured.sequenceNumber,
  });
}

/** Whether a context is announced for the record (flag bit 4). */
export function announcesContext(octets: Uint8Array): boolean {
  return glucoseMeasurement.decode(octets).contextInformationFollows;
}

/** Codes of GSS 3.109 and the catalogue's context values; codes without an entry say nothing. */
const contexts: readonly {
  readonly id: 'glucose_meal' | 'glucose_tester' | 'glucose_health';
  readonly field: 'meal' | 'tester' | 'health';
  readonly values: Readonly<Record<number, string>>;
}[] = [
  {
    id: 'glucose_meal',
    field: 'meal',
    values: { 1: 'preprandial', 2: 'postprandial', 3: 'fasting', 4: 'casual', 5: 'bedtime' },
  },
  { id: 'glucose_tester', field: 'tester', values: { 1: 'self', 2: 'hcp', 3: 'lab' } },
  {
    id: 'glucose_health',
    field: 'health',
    values: { 1: 'minor', 2: 'major', 4: 'stress', 5: 'none' },
  },
];

/**
 * Meal code that GSS 3.109 reserves: CareSens marks ketone with it (Tidepool uploader), and a ketone
 * concentration must not be taken for one of glucose.
 */
const ketone = 6;

/** The reading together with its context (Glucose Measurement Context, 2A34). */
export function withContext(reading: Reading, octets: Uint8Array): Reading {
  const decoded = glucoseMeasurementContext.decode(octets);
  const known = contexts.flatMap(({ id, field, values }) => {
    const code = decoded[field];
    const value = code === null ? undefined : values[code];
    return value === undefined ? [] : [[id, value] as const];
  });
  return {
    ...reading,
    ...(decoded.meal === ketone ? failed('implausible') : {}),
    context: Object.fromEntries(known),
    companionOctets: octets.slice(),
  };
}

/** A record that may be ketone, as its context never came: no value, its octets are kept. */
export function perhapsKetone(reading: Reading): Reading {
  return { ...reading, ...failed('implausible') };
}

/** The sequence number that a context belongs to. */
export function contextSequence(octets: Uint8Array): number {
  return glucoseMeasurementContext.decode(octets).sequenceNumber;
}

function hasContext(reading: Reading): boolean {
  return Object.keys(reading.context).length > 0;
}

/** What a meter keeps for a record that is no glucose value, in its own unit. */
const noGlucose = -0.1;

function concentration(reading: Reading, unit: 'kg/L' | 'mol/L'): MedFloat {
  if (reading.failure === 'implausible') return noGlucose;
  const mmolPerL = valueOf(reading, 'glucose');
  if (mmolPerL === null) return 'NaN';
  return unit === 'mol/L' ? mmolPerL / 1e3 : mmolPerLToMgPerDl(mmolPerL) / 1e5;
}

/** Octets of a record with this content, as a meter that works in `unit` stores it. */
export function writeGlucose(reading: Reading, unit: 'kg/L' | 'mol/L'): Uint8Array {
  const isControl = reading.flags.includes('control_solution');
  const raw =
    (reading.failure === null ? 0 : (statusBits[reading.failure] ?? 0)) |
    (reading.flags.includes('device_battery_low') ? statusBit.batteryLow : 0);
  const unknownTime = { year: null, month: null, day: null, hour: 0, minute: 0, second: 0 };
  return glucoseMeasurement.encode({
    sequenceNumber: reading.sequence ?? 0,
    baseTime: reading.deviceTime ?? unknownTime,
    timeOffsetMinutes: 0,
    userFacingTime: null,
    concentration: concentration(reading, unit),
    concentrationUnit: unit,
    type: isControl ? controlSolution.type : capillaryWholeBlood,
    sampleLocation: isControl ? controlSolution.location : finger,
    status: { raw, flags: [] },
    contextInformationFollows: hasContext(reading),
  });
}

/** Octets of the context that goes with the record; null when the reading has none. */
export function writeGlucoseContext(reading: Reading): Uint8Array | null {
  if (!hasContext(reading)) return null;
  const code = (field: 'meal' | 'tester' | 'health'): number | null => {
    const context = contexts.find((one) => one.field === field);
    const found = Object.entries(context?.values ?? {}).find(
      ([, value]) => context !== undefined && reading.context[context.id] === value,
    );
    return found === undefined ? null : Number(found[0]);
  };
  const absent = {
    extendedFlags: null,
    carbohydrateId: null,
    carbohydrateKg: null,
    exerciseDurationSeconds: null,
    exerciseIntensityPercent: null,
    medicationId: null,
    medication: null,
    hba1cPercent: null,
  } satisfies Partial<GlucoseMeasurementContext>;
  return glucoseMeasurementContext.encode({
    ...absent,
    sequenceNumber: reading.sequence ?? 0,
    meal: code('meal'),
    tester: code('tester'),
    health: code('health'),
  });
}
