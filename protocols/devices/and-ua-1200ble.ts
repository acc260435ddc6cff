import type { GattDevice } from '../device.js';
import { bloodPressure } from '../profiles/blood-pressure.js';

/** Upper arm monitor. */
export const device: GattDevice = {
  id: 'and-ua-1200ble',
  maker: 'A&D Medical',
  model: 'UA-1200BLE',
  kind: 'bp_monitor',
  ladder: 'decodes',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'UA-1200BLE_' },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: bloodPressure(),
  sources: ['obniz/obniz, parts UA1200BLE'],
  notes: [
    'The advertising data tells whether there are values.',
    'In cooperation mode a connection gives none.',
    'Apart from the GATT family, which is that of the UA-651BLE, its ways are not verified.',
  ],
  samples: [
    {
      title: 'a run, logged from a monitor with the same layout',
      octets: '167c0056006100e807060f11111b33000000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 124, diastolic_bp: 86, mean_arterial_pressure: 97, pulse_rate: 51 },
        failure: null,
      },
    },
  ],
};
