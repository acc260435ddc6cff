/**
 * Weighing scales: the Weight Scale Service (181D), and A&D's own service of the same layout with
 * steps of 0.1 kg or lb. The scale indicates every stored weight once its indications are on.
 */
import type { Codec } from '../codec.js';
import type { GattProfile, Uuid } from '../device.js';
import { andBleWeight } from '../gatt/and-ble-weight.js';
import { weightMeasurement, type WeightMeasurement } from '../gatt/weight-measurement.js';
import type { Reading } from '../reading.js';
import { Collector } from './common/collect.js';
import { greet, setClock, tellClock } from './common/greeting.js';
import { readWeight, writeWeight } from './common/weight-reading.js';

export const weightScaleServiceUuid = '181d';
export const weightMeasurementUuid = '2a9d';
/** A&D's service in its own sample application (`AndCustomWeightScaleService`). */
export const andWeightServiceUuid = '234341001fe41eff80cb00ff78297d8b';
export const andWeightUuid = '234341011fe41eff80cb00ff78297d8b';
/** Service Changed of the Generic Attribute service; many platforms keep it to themselves. */
export const serviceChangedUuid = '2a05';

export interface WeightScaleOptions {
  /** `and`: the characteristic 23434101 of the A&D UC-352BLE. Default: `sig`. */
  readonly variant?: 'sig' | 'and';
}

/** A&D's layout has neither user nor body mass index. */
const andWeight: Codec<WeightMeasurement> = {
  decode(octets) {
    const { unit, weight, timestamp } = andBleWeight.decode(octets);
    const absent = { userId: null, bmi: null, height: null };
    return { unit, weight, measurementUnsuccessful: weight === null, timestamp, ...absent };
  },
  encode: (value) => andBleWeight.encode(value),
};

const variants: Readonly<
  Record<
    'sig' | 'and',
    { readonly service: Uuid; readonly value: Uuid; readonly codec: Codec<WeightMeasurement> }
  >
> = {
  sig: { service: weightScaleServiceUuid, value: weightMeasurementUuid, codec: weightMeasurement },
  and: { service: andWeightServiceUuid, value: andWeightUuid, codec: andWeight },
};

/** A weighing scale; see {@link WeightScaleOptions}. */
export function weightScale(options: WeightScaleOptions = {}): GattProfile {
  const { variant = 'sig' } = options;
  const { service, value, codec } = variants[variant];
  const read = (octets: Uint8Array): Reading => readWeight(codec.decode(octets), octets);
  return {
    name: 'weight-scale',
    services: [service],
    clock: 'set',
    read,
    write: (reading) => codec.encode(writeWeight(reading)),
    async converse(conversation) {
      await greet(conversation);
      // The UC-352BLE stays silent unless this one is on before its clock is set.
      if (variant === 'and' && conversation.has(serviceChangedUuid)) {
        await conversation.subscribe(serviceChangedUuid);
      }
      await setClock(conversation, await tellClock(conversation));
      await conversation.subscribe(value);
      const collector = new Collector(conversation, {
        [value]: (octets) => conversation.take(read(octets)),
      });
      await collector.untilQuiet();
    },
  };
}
