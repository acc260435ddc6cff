import type { GattDevice } from '../device.js';
import { heartRate } from '../profiles/heart-rate.js';

/** Chest strap. */
export const device: GattDevice = {
  id: 'polar-h10',
  maker: 'Polar',
  model: 'H10',
  kind: 'heart_rate_monitor',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'gatt',
  recognition: { namePrefix: 'Polar H10' },
  bonding: 'none',
  reconnectPauseMs: 900_000,
  profile: heartRate(),
  sources: ['weliem/pi-health-hub'],
  notes: [
    'No bond is needed.',
    'Advertises as long as it is worn: left alone for a quarter of an hour after a reading.',
  ],
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
