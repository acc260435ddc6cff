import type { GattDevice } from '../device.js';
import { heartRate, heartRateServiceUuid } from '../profiles/heart-rate.js';

/** Any sensor with the Heart Rate Service. */
export const device: GattDevice = {
  id: 'generic-heart-rate',
  maker: 'Any maker',
  model: 'Heart rate sensor with the standard service',
  kind: 'heart_rate_monitor',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'gatt',
  recognition: { anyService: [heartRateServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 900_000,
  profile: heartRate(),
  sources: [
    'Bluetooth SIG Heart Rate Service 1.0 and Profile 1.0',
    'NordicSemiconductor/Android-BLE-Common-Library, test octets',
  ],
  notes: ['Advertises as long as it is worn: left alone for a quarter of an hour after a reading.'],
  samples: [
    {
      title: '85 per minute',
      octets: '0055',
      reading: { kind: 'heart_rate', values: { pulse_rate: 85 }, failure: null },
    },
    {
      title: '100 per minute, on the skin',
      octets: '076400',
      reading: { kind: 'heart_rate', values: { pulse_rate: 100 }, failure: null },
    },
    {
      title: 'no contact',
      octets: '04ff',
      reading: { kind: 'heart_rate', values: {}, failure: 'sensor_off' },
    },
  ],
};
