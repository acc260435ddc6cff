/** Pulse Oximeter Service values as readings, and spot checks back for virtual oximeters. */
import {
  plxContinuousMeasurement,
  type PlxContinuousMeasurement,
} from '../../gatt/plx-continuous-measurement.js';
import {
  plxSpotCheckMeasurement,
  type PlxSpotCheckMeasurement,
} from '../../gatt/plx-spot-check-measurement.js';
import type {
  PlxMeasurementStatusFlag,
  PlxSensorStatusFlag,
} from '../../gatt/pulse-oximeter-status.js';
import type { FailureReason, Reading, ReadingFlag } from '../../reading.js';
import type { FingerSample } from './finger-episode.js';
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

type Measured = Pick<
  PlxSpotCheckMeasurement,
  'spo2' | 'pulseRate' | 'measurementStatus' | 'deviceAndSensorStatus' | 'pulseAmplitudeIndex'
>;

/**
 * Sensor status under which no value can be one of the patient; Pulse Oximeter Service §3.2.1.6.
 */
const detached: readonly PlxSensorStatusFlag[] = [
  'sensorUnconnectedToUser',
  'sensorDisplaced',
  'sensorDisconnected',
];
const broken: readonly PlxSensorStatusFlag[] = [
  'equipmentMalfunctionDetected',
  'unknownSensorConnected',
  'sensorMalfunctioning',
];
const invalid: readonly PlxMeasurementStatusFlag[] = [
  'invalidMeasurementDetected',
  'measurementUnavailable',
];
/** Values of a demonstration, a test or a calibration are nobody's. */
const nobodys: readonly PlxMeasurementStatusFlag[] = [
  'dataForDemonstration',
  'dataForTesting',
  'calibrationOngoing',
];
const doubtful: readonly PlxSensorStatusFlag[] = [
  'signalProcessingIrregularityDetected',
  'inadequateSignalDetected',
  'poorSignalDetected',
  'erraticSignalDetected',
  'nonpulsatileSignalDetected',
  'questionablePulseDetected',
  'sensorInterferenceDetected',
];

function statusOf(measured: Measured) {
  const measurement = measured.measurementStatus?.flags ?? [];
  const sensor = measured.deviceAndSensorStatus?.flags ?? [];
  return {
    measurementIs: (flags: readonly PlxMeasurementStatusFlag[]) =>
      measurement.some((flag) => flags.includes(flag)),
    sensorIs: (flags: readonly PlxSensorStatusFlag[]) =>
      sensor.some((flag) => flags.includes(flag)),
  };
}

function failureOf(measured: Measured): FailureReason | null {
  const { measurementIs, sensorIs } = statusOf(measured);
  if (sensorIs(detached)) return 'sensor_off';
  if (sensorIs(broken)) return 'device_fault';
  if (measurementIs(nobodys)) return 'implausible';
  return measurementIs(invalid) ? 'not_a_number' : null;
}

function outcome(measured: Measured): Outcome {
  const failure = failureOf(measured);
  if (failure !== null) return failed(failure);
  const { spo2, pulseRate, pulseAmplitudeIndex } = measured;
  return outcomeOf({ spo2 }, { pulse_rate: pulseRate, pulse_amplitude_index: pulseAmplitudeIndex });
}

function flags(measured: Measured): ReadingFlag[] {
  const { measurementIs, sensorIs } = statusOf(measured);
  const early: readonly PlxMeasurementStatusFlag[] = [
    'earlyEstimatedData',
    'questionableMeasurementDetected',
  ];
  return flagsWhere({
    questionable: measurementIs(early) || sensorIs(doubtful),
    low_perfusion: sensorIs(['lowPerfusionDetected']),
    stored_before_connection: measurementIs(['dataFromMeasurementStorage']),
  });
}

/** One spot check (PLX Spot-Check Measurement, 2A5E). */
export function readSpotCheck(octets: Uint8Array): Reading {
  const measured = plxSpotCheckMeasurement.decode(octets);
  const unset = measured.deviceClockNotSet ? (['device_clock_unset'] as const) : [];
  return readingOf('spo2', octets, {
    ...outcome(measured),
    flags: [...new Set([...flags(measured), ...unset, ...clockFlags(measured.timestamp)])],
    deviceTime: timeOf(measured.timestamp),
  });
}

/** One value of a stream (PLX Continuous Measurement, 2A5F). */
export function readContinuous(octets: Uint8Array): Reading {
  const measured: PlxContinuousMeasurement = plxContinuousMeasurement.decode(octets);
  return readingOf('spo2', octets, { ...outcome(measured), flags: flags(measured) });
}

/** A value of a stream as a sample of a finger in the oximeter. */
export function continuousSample(octets: Uint8Array): FingerSample {
  const reading = readContinuous(octets);
  const status = plxContinuousMeasurement.decode(octets).measurementStatus?.flags ?? [];
  return {
    attached: reading.failure !== 'sensor_off',
    reading,
    settled: status.includes('fullyQualifiedData'),
  };
}

/** Measurement Status bits for a virtual oximeter. */
const bit = { fromStorage: 0x0200, questionable: 0x4000, invalid: 0x8000 };
/** Device and Sensor Status bits for a virtual oximeter. */
const sensorBit = { malfunction: 0x0002, lowPerfusion: 0x0020, unconnected: 0x0800 };

function measurementBits(reading: Reading): number {
  return (
    (reading.flags.includes('stored_before_connection') ? bit.fromStorage : 0) |
    (reading.flags.includes('questionable') ? bit.questionable : 0) |
    (reading.failure === null ? 0 : bit.invalid)
  );
}

function sensorBits(reading: Reading): number {
  return (
    (reading.flags.includes('low_perfusion') ? sensorBit.lowPerfusion : 0) |
    (reading.failure === 'sensor_off' ? sensorBit.unconnected : 0) |
    (reading.failure === 'device_fault' ? sensorBit.malfunction : 0)
  );
}

/** Octets of a spot check with this content. */
export function writeSpotCheck(reading: Reading): Uint8Array {
  return plxSpotCheckMeasurement.encode({
    spo2: valueOf(reading, 'spo2') ?? 'NaN',
    pulseRate: valueOf(reading, 'pulse_rate') ?? 'NaN',
    timestamp: reading.deviceTime,
    measurementStatus: { raw: measurementBits(reading), flags: [] },
    deviceAndSensorStatus: { raw: sensorBits(reading), flags: [] },
    pulseAmplitudeIndex: valueOf(reading, 'pulse_amplitude_index'),
    deviceClockNotSet: reading.flags.includes('device_clock_unset'),
  });
}

/** Octets of a value of a stream with this content. */
export function writeContinuous(reading: Reading): Uint8Array {
  return plxContinuousMeasurement.encode({
    spo2: valueOf(reading, 'spo2') ?? 'NaN',
    pulseRate: valueOf(reading, 'pulse_rate') ?? 'NaN',
    spo2Fast: null,
    pulseRateFast: null,
    spo2Slow: null,
    pulseRateSlow: null,
    measurementStatus: { raw: measurementBits(reading), flags: [] },
    deviceAndSensorStatus: { raw: sensorBits(reading), flags: [] },
    pulseAmplitudeIndex: valueOf(reading, 'pulse_amplitude_index'),
  });
}
