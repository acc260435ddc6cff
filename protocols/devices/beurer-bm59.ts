import type { GattDevice } from '../device.js';
import { bloodPressure } from '../profiles/blood-pressure.js';
import { beurerLayout } from '../profiles/common/beurer.js';

/** Upper arm monitor with a layout of its own. */
export const device: GattDevice = {
  id: 'beurer-bm59',
  maker: 'Beurer',
  model: 'BM59',
  kind: 'bp_monitor',
  ladder: 'converses',
  transport: 'gatt',
  recognition: { namePrefix: 'BM59' },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: bloodPressure({ codec: beurerLayout }),
  sources: ['derdilla/blood-pressure-monitor-fl, code and test octets'],
  notes: [
    'Pulse rate and status are big endian; the user is always there without its flag.',
    'The mean pressure is sent as 0: not provided.',
    'The whole memory is sent at every connection.',
    'The octets below come from a BM85, which has the same layout.',
  ],
  samples: [
    {
      title: 'user 0',
      octets: '566a0047000000ea07080b121f00003f000000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 106, diastolic_bp: 71, pulse_rate: 63 },
        failure: null,
      },
    },
    {
      title: 'user 1',
      octets: '56710049000000ea07080b1438000041010000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 113, diastolic_bp: 73, pulse_rate: 65 },
        failure: null,
      },
    },
  ],
};
