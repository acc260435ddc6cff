import type { GattDevice } from '../device.js';
import { yonker, yonkerServiceUuid } from '../profiles/yonker.js';

/** Low-cost monitor, sold under several brands. */
export const device: GattDevice = {
  id: 'yonker-yk-ibpa1',
  maker: 'Yonker',
  model: 'YK-IBPA1 (also Yongrow, METIKO and others)',
  kind: 'bp_monitor',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'YK-IBPA1', anyService: [yonkerServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 60_000,
  profile: yonker(),
  sources: ['derdilla/blood-pressure-monitor-fl, Yonker and its issue 615'],
  notes: [
    'It is connected to after a measurement, and then notifies it once.',
    'Its clock is unreliable: a reading gets the time at which it came.',
    'The wrong time in the octets still tells one result from another, as a record number.',
    'Oximeters of the same maker have the same service.',
    'Whether it stores more than the last result, and whether it needs a bond, are not verified.',
  ],
  samples: [
    {
      title: '131/103, logged from a monitor',
      octets: '818367510000190b18131200000000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 131, diastolic_bp: 103, pulse_rate: 81 },
        failure: null,
      },
    },
  ],
};
