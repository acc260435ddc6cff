/**
 * Chest straps and sensors with the Heart Rate Service (180D): Heart Rate Profile 1.0. They send
 * one value a second and store none, so that a conversation gives one reading: the median of a
 * minute, which neither the first seconds of a strap that is being put on nor a single artefact
 * moves.
 */
import type { GattProfile } from '../device.js';
import { heartRateMeasurement } from '../gatt/heart-rate-measurement.js';
import type { Reading } from '../reading.js';
import { Collector } from './common/collect.js';
import { greet } from './common/greeting.js';
import { outcomeOf, readingOf, valueOf } from './common/readings.js';

export const heartRateServiceUuid = '180d';
export const heartRateMeasurementUuid = '2a37';

/** One minute at one value a second; the service leaves the pace to the sensor. */
const samplesForReading = 60;
/** A sensor that is not worn is given up after three minutes. */
const samplesForPatience = 180;
/** Below a quarter of a minute the median says no more than the values it is made of. */
const fewestSamples = 15;

function read(octets: Uint8Array): Reading {
  const { heartRate, sensorContact } = heartRateMeasurement.decode(octets);
  // A sensor without skin contact sends its last value, or 0.
  const off = sensorContact === 'supportedNotDetected' || heartRate === 0;
  return readingOf('heart_rate', octets, {
    ...(off ? { failure: 'sensor_off' } : outcomeOf({ pulse_rate: heartRate })),
  });
}

/**
 * The lower median: a value that was really sent, so that its octets say the same as its number.
 */
function median(samples: readonly Reading[]): Reading | undefined {
  const rate = (reading: Reading): number => valueOf(reading, 'pulse_rate') ?? 0;
  const sorted = [...samples].sort((a, b) => rate(a) - rate(b));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** A heart rate sensor that is worn. */
export function heartRate(): GattProfile {
  return {
    name: 'heart-rate',
    services: [heartRateServiceUuid],
    clock: 'untouched',
    read,
    write: (reading) =>
      heartRateMeasurement.encode({
        heartRate: valueOf(reading, 'pulse_rate') ?? 0,
        sensorContact: reading.failure === null ? 'supportedDetected' : 'supportedNotDetected',
        energyExpendedKj: null,
        rrIntervals1024: null,
        rrIntervalsMs: null,
      }),
    async converse(conversation) {
      await greet(conversation);
      await conversation.subscribe(heartRateMeasurementUuid);
      const samples: Reading[] = [];
      let heard = 0;
      const collector = new Collector(conversation, {
        [heartRateMeasurementUuid]: (octets) => {
          heard += 1;
          const sample = read(octets);
          if (sample.failure === null) samples.push(sample);
        },
      });
      const enough = (): boolean =>
        samples.length >= samplesForReading || heard >= samplesForPatience;
      await collector.until(enough);
      const result = samples.length < fewestSamples ? undefined : median(samples);
      if (result !== undefined) await conversation.take(result);
    },
  };
}
