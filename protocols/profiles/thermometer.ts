/**
 * Thermometers with the Health Thermometer Service (1809): Health Thermometer Profile 1.0. The
 * thermometer indicates every stored temperature once its indications are on.
 */
import type { GattProfile } from '../device.js';
import { temperatureMeasurement } from '../gatt/temperature-measurement.js';
import type { Reading } from '../reading.js';
import { Collector } from './common/collect.js';
import { greet, setClock, tellClock } from './common/greeting.js';
import { clockFlags, outcomeOf, readingOf, timeOf, valueOf } from './common/readings.js';
import { toCelsius } from './common/units.js';

export const healthThermometerServiceUuid = '1809';
export const temperatureMeasurementUuid = '2a1c';

export interface ThermometerOptions {
  /** Code of the place that a virtual thermometer names (Temperature Type); default: none. */
  readonly temperatureType?: number;
}

function read(octets: Uint8Array): Reading {
  const { temperature, unit, timestamp } = temperatureMeasurement.decode(octets);
  return readingOf('body_temperature', octets, {
    ...outcomeOf({ body_temperature: toCelsius(temperature, unit) }),
    flags: clockFlags(timestamp),
    deviceTime: timeOf(timestamp),
  });
}

/** A clinical thermometer. */
export function thermometer(options: ThermometerOptions = {}): GattProfile {
  return {
    name: 'thermometer',
    services: [healthThermometerServiceUuid],
    clock: 'set',
    read,
    write: (reading) =>
      temperatureMeasurement.encode({
        unit: 'C',
        temperature: valueOf(reading, 'body_temperature') ?? 'NaN',
        timestamp: reading.deviceTime,
        temperatureType: options.temperatureType ?? null,
      }),
    async converse(conversation) {
      await greet(conversation);
      await setClock(conversation, await tellClock(conversation));
      await conversation.subscribe(temperatureMeasurementUuid);
      const collector = new Collector(conversation, {
        [temperatureMeasurementUuid]: (octets) => conversation.take(read(octets)),
      });
      await collector.untilQuiet();
    },
  };
}
