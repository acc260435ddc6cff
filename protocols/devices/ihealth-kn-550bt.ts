import type { DecodedDevice } from '../device.js';
import { ihealthRecords } from '../profiles/ihealth-records.js';

/** Upper arm monitor that wants the key of its maker. */
export const device: DecodedDevice = {
  id: 'ihealth-kn-550bt',
  maker: 'iHealth',
  model: 'Track (KN-550BT)',
  kind: 'bp_monitor',
  ladder: 'decodes',
  recordOrder: 'not-verified',
  transport: 'none',
  link: 'Bluetooth LE, with the key of the maker',
  profile: ihealthRecords(),
  sources: [
    'kushagharahi/iHealth-track-offline-sync',
    'iHealthDeviceLabs/iHealthDeviceLabs-iOS, issue 8',
  ],
  notes: [
    'It answers only after a challenge for the key of its maker; whether that key may be used has to be cleared first.',
    'The user wakes it with the M key.',
    'Its clock is set by a command behind the same challenge.',
    'Pairing, order of stored values and depth of the memory are not verified.',
  ],
  samples: [
    {
      title: '128/82, made from the layout of the source',
      octets: '190b02081e052e52420000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 128, diastolic_bp: 82, pulse_rate: 66 },
        failure: null,
      },
    },
  ],
};
