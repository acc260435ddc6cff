import type { GattDevice } from '../device.js';
import { bloodPressure, bloodPressureServiceUuid } from '../profiles/blood-pressure.js';

/** Omron monitors of the standard profile. */
export const device: GattDevice = {
  id: 'omron-hem-9200t',
  maker: 'Omron',
  model: 'HEM-9200T and others with the standard service',
  kind: 'bp_monitor',
  ladder: 'keeps-time',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'BLEsmart_', anyService: [bloodPressureServiceUuid] },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: bloodPressure({ clock: 'on-first-time' }),
  sources: [
    'obniz/obniz, parts HEM_9200T',
    'weliem/blessed-android, Omron handlers',
    'freesonwill/BleSampleOmron',
    'StanfordSpezi/SpeziDevices',
  ],
  notes: [
    'The name begins BLEsmart_ in pairing mode and BLESmart_ in transfer mode.',
    'Pairing asks for a passkey of six digits that belongs to the unit.',
    'The clock is set only in answer to the first time that the monitor notifies.',
    'It is left alone unless it is more than ten minutes off.',
    'Only values that were not sent before come; the monitor then disconnects by itself.',
    "Models with Omron's own memory protocol have the same name but not the standard service.",
  ],
  samples: [
    {
      title: 'every field, in mmHg',
      octets: '1e790051006a00e40705150a1e2d4800010600',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 121, diastolic_bp: 81, mean_arterial_pressure: 106, pulse_rate: 72 },
        failure: null,
      },
    },
  ],
};
