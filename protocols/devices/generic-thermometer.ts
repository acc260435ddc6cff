import type { GattDevice } from '../device.js';
import { healthThermometerServiceUuid, thermometer } from '../profiles/thermometer.js';

/** Any thermometer with the Health Thermometer Service. */
export const device: GattDevice = {
  id: 'generic-thermometer',
  maker: 'Any maker',
  model: 'Thermometer with the standard service',
  kind: 'thermometer',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [healthThermometerServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: thermometer(),
  sources: [
    'Bluetooth SIG Health Thermometer Service 1.0 and Profile 1.0',
    'NordicSemiconductor/Android-BLE-Common-Library, test octets',
  ],
  notes: ['Recognised by its service alone: a model with a file of its own goes before.'],
  samples: [
    {
      title: '37.60 °C, finger',
      octets: '06b00e00fedc070c050b321b04',
      reading: { kind: 'body_temperature', values: { body_temperature: 37.6 }, failure: null },
    },
    {
      title: '98.6 °F',
      octets: '01da0300ff',
      reading: { kind: 'body_temperature', values: { body_temperature: 37 }, failure: null },
    },
    {
      title: 'no value',
      octets: '00ffff7f00',
      reading: { kind: 'body_temperature', values: {}, failure: 'not_a_number' },
    },
  ],
};
