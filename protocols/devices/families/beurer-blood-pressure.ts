import type { DeviceSample, GattDevice } from '../../device.js';
import { bloodPressure } from '../../profiles/blood-pressure.js';
import { beurerLayout } from '../../profiles/common/beurer.js';

/** Octets that were logged from a BM85. */
const samples: readonly DeviceSample[] = [
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
];

export interface BeurerMonitor {
  readonly id: string;
  /** As it begins its name on the air: `BM85`. */
  readonly model: string;
  /** How long it rests before its indications are turned on; left out: no longer than others. */
  readonly restMs?: number;
  readonly notes?: readonly string[];
}

/** An upper arm monitor of Beurer with the layout that they share. */
export function beurerMonitor({ id, model, restMs = 0, notes = [] }: BeurerMonitor): GattDevice {
  return {
    id,
    maker: 'Beurer',
    model,
    kind: 'bp_monitor',
    ladder: 'converses',
    recordOrder: 'not-verified',
    transport: 'gatt',
    recognition: { namePrefix: model },
    bonding: 'none',
    reconnectPauseMs: 10_000,
    profile: bloodPressure({ codec: beurerLayout, restMs }),
    sources: ['derdilla/blood-pressure-monitor-fl, code and test octets'],
    notes: [
      'Pulse rate and status are big endian; the user is always there without its flag.',
      'The mean pressure is sent as 0: not provided.',
      'The whole memory is sent at every connection.',
      ...notes,
    ],
    samples,
  };
}
