import type { GattDevice } from '../device.js';
import { bloodPressure } from '../profiles/blood-pressure.js';
import { beurerLayout } from '../profiles/common/beurer.js';

/** Upper arm monitor with a layout of its own. */
export const device: GattDevice = {
  id: 'beurer-bm85',
  maker: 'Beurer',
  model: 'BM85',
  kind: 'bp_monitor',
  ladder: 'converses',
  transport: 'gatt',
  recognition: { namePrefix: 'BM85' },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: bloodPressure({ codec: beurerLayout, restMs: 100 }),
  sources: ['derdilla/blood-pressure-monitor-fl, code and test octets'],
  notes: [
    'Pulse rate and status are big endian; the user is always there without its flag.',
    'The mean pressure is sent as 0: not provided.',
    'Needs a rest of about 100 ms before the indications are turned on.',
    'The whole memory is sent at every connection.',
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
