import type { GattDevice } from '../device.js';
import { weightScale, weightScaleServiceUuid } from '../profiles/weight-scale.js';

/** Any scale with the Weight Scale Service. */
export const device: GattDevice = {
  id: 'generic-weight-scale',
  maker: 'Any maker',
  model: 'Weighing scale with the standard service',
  kind: 'scale',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [weightScaleServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: weightScale(),
  sources: [
    'Bluetooth SIG Weight Scale Service 1.0.1 and Profile 1.0.1',
    'KristianP26/ble-scale-sync, test octets',
    'RonanB96/bluetooth-sig-python, test octets',
  ],
  notes: [
    'Recognised by its service alone: a model with a file of its own goes before.',
    'Scales that want a user and a consent code first send nothing here.',
  ],
  samples: [
    {
      title: 'weight, user, body mass index and height, logged from a Beurer BF720',
      octets: '0e783eea07050c12353601ee002607',
      reading: {
        kind: 'body_weight',
        values: { body_weight: 79.96, bmi: 23.8, body_height: 183 },
        failure: null,
      },
    },
    {
      title: '70 kg with its time',
      octets: '02b036e7070c190e1e2d',
      reading: { kind: 'body_weight', values: { body_weight: 70 }, failure: null },
    },
    {
      title: '157.00 lb',
      octets: '01543d',
      reading: { kind: 'body_weight', values: { body_weight: 71.2 }, failure: null },
    },
    {
      title: 'a weighing that did not succeed',
      octets: '00ffff',
      reading: { kind: 'body_weight', values: {}, failure: 'aborted' },
    },
  ],
};
