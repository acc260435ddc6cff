import type { GattDevice } from '../device.js';
import { microlife, microlifeServiceUuid } from '../profiles/microlife.js';

/** Upper arm monitor of two users with a protocol of its own. */
export const device: GattDevice = {
  id: 'microlife-bp3gy1-2n',
  maker: 'Microlife',
  model: 'BP3GY1-2N',
  kind: 'bp_monitor',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [microlifeServiceUuid], onlyBySettings: true },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: microlife(),
  sources: [
    'derdilla/blood-pressure-monitor-fl, Microlife protocol and its tests',
    'joergmlpts/blood-pressure-monitor, bpm_bt.py',
  ],
  notes: [
    'Bluetooth is on after the start button was held for eight seconds.',
    'The clock is set by a command; no command that reads it is known.',
    'The whole memory comes in one answer, in pieces; times are to the minute.',
    'Two equal measurements within one minute are one.',
    'The memory is that of the user who is chosen on the monitor; a reading carries the number.',
    'The name on the air, and how it is paired, are not verified: one cited client speaks only with monitors that were paired before.',
    'Order of stored values and depth of the memory are not verified.',
    'Other Microlife models (A6 BT, B6 Connect) are not verified.',
  ],
  samples: [
    {
      title: '120/80, from the test of the source',
      octets: '78503c18060f0e1e',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 120, diastolic_bp: 80, pulse_rate: 60 },
        failure: null,
      },
    },
    {
      title: '130/85, from the test of the source',
      octets: '8255461901020304',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 130, diastolic_bp: 85, pulse_rate: 70 },
        failure: null,
      },
    },
  ],
};
