import { device } from '@hemma/protocols/devices/generic-blood-pressure.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { measurementOf } from '@hemma/gateway/measure.js';
import type { Row } from '@hemma/gateway/outbox/rows.js';
import { bloodPressureMeasurement } from '@hemma/protocols/gatt/blood-pressure-measurement.js';

/**
 * Measurements for the clock to run on: blood pressures as a standard monitor stores them, read by
 * its profile and taken in as the gateway does, so that nothing in the cloud has a reason to refuse.
 */

export interface Home {
  readonly gateway: string;
  readonly patient: string;
  /** Bluetooth address of its monitor. */
  readonly address: string;
}

/** A home by its number, 0 to 65 535. */
export function homeOf(number: number): Home {
  const hex = number.toString(16).toUpperCase().padStart(4, '0');
  return {
    gateway: `bench-${number}`,
    patient: `p-bench${String(number).padStart(5, '0')}`,
    address: `00:09:1F:00:${hex.slice(0, 2)}:${hex.slice(2)}`,
  };
}

const dayMs = 86_400_000;
/** Four a day, as a plan may ask for; but so close that the oldest can be dated at all. */
const usualSpacingMs = dayMs / 4;
const longestPastMs = 3 * 365 * dayMs;
/** The newest is a day old, so that no clock can call it a future one. */
const newestAgeMs = dayMs;

/** When the oldest of so many readings was taken: by then the patient was enrolled. */
export function beginningOf(count: number, now: number): number {
  return now - newestAgeMs - count * spacingOf(count);
}

function spacingOf(count: number): number {
  return Math.min(usualSpacingMs, Math.floor(longestPastMs / count));
}

/** `count` measurements of a home, oldest first; the same for the same numbers and `now`. */
export function* measurementsOf(home: Home, count: number, now: number): Generator<Measurement> {
  const oldest = beginningOf(count, now);
  const spacing = spacingOf(count);
  for (let i = 0; i < count; i += 1) yield measurement(home, oldest + i * spacing, i);
}

/** What a monitor says of the run number `i` that its clock dates so. */
export function octetsAt(shown: string, i: number): Uint8Array {
  return bloodPressureMeasurement.encode({
    unit: 'mmHg',
    systolic: 118 + (i % 23),
    diastolic: 74 + (i % 13),
    meanArterialPressure: 90 + (i % 11),
    timestamp: shown,
    pulseRate: 62 + (i % 17),
    userId: null,
    status: null,
  });
}

function measurement(home: Home, at: number, i: number): Measurement {
  const shown = new Date(at).toISOString().slice(0, 19);
  const source = {
    model: device.id,
    identity: `ble:${home.address}`,
    patient: home.patient,
    clock: null,
    capturedMonotonicMs: i,
  };
  return measurementOf(device.profile.read(octetsAt(shown, i)), source, null, {
    plans: [],
    time: {
      device: shown,
      deviceOffsetMs: 0,
      monotonicMs: i,
      bootId: '00000000-0000-4000-8000-000000000000',
      wallMs: at,
      wallTrust: 'synced',
      measuredAt: at,
      uncertaintyMs: 1_000,
    },
  });
}

/** The line that an outbox keeps. */
export function rowOf(measurement: Measurement): Row {
  return { id: measurement.id, text: JSON.stringify(measurement) };
}
