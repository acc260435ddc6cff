/** Values of the Weight Scale Service's layout as readings, and readings as such values. */
import type { WeightMeasurement } from '../../gatt/weight-measurement.js';
import type { Reading } from '../../reading.js';
import { clockFlags, failed, outcomeOf, readingOf, timeOf, valueOf } from './readings.js';
import { toCm, toKg } from './units.js';

/** What a field holds when the scale does not know the user. */
const unknownUser = 255;
const cmPerM = 100;

/** A weight as a reading, with height and body mass index where the scale knows them. */
export function readWeight(measured: WeightMeasurement, octets: Uint8Array): Reading {
  const { unit, weight, timestamp, userId, bmi, height, heightUnit } = measured;
  const missing = { bmi: bmi === 0 ? null : bmi, body_height: height === 0 ? null : height };
  return readingOf('body_weight', octets, {
    ...(weight === null
      ? failed('aborted')
      : outcomeOf(
          { body_weight: toKg(weight, unit) },
          { body_height: toCm(missing.body_height, heightUnit), bmi: missing.bmi },
        )),
    flags: clockFlags(timestamp),
    deviceTime: timeOf(timestamp),
    userSlot: userId === unknownUser ? null : userId,
  });
}

/** The value of a scale with this content, in kg. */
export function writeWeight(reading: Reading): WeightMeasurement {
  const weight = reading.failure === null ? valueOf(reading, 'body_weight') : null;
  const height = valueOf(reading, 'body_height');
  return {
    unit: 'kg',
    weight,
    measurementUnsuccessful: weight === null,
    timestamp: reading.deviceTime,
    userId: reading.userSlot,
    bmi: valueOf(reading, 'bmi'),
    height: height === null ? null : height / cmPerM,
    heightUnit: 'm',
  };
}
