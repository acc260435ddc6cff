import type { DecodedDevice } from '../device.js';
import { hdpRecords } from '../profiles/hdp-records.js';

/** Upper arm monitor of the Health Device Profile. */
export const device: DecodedDevice = {
  id: 'and-ua-767pbt-c',
  maker: 'A&D Medical',
  model: 'UA-767PBT-C',
  kind: 'bp_monitor',
  ladder: 'decodes',
  recordOrder: 'unordered',
  transport: 'none',
  link: 'Bluetooth Health Device Profile (classic)',
  profile: hdpRecords('blood_pressure'),
  sources: [
    'OpenTele, tests of its questionnaires (silverbullet-dk/opentele-client-android)',
    'IEEE 11073-10407',
  ],
  notes: [
    'IEEE 11073-20601 over the Health Device Profile, which no transport of the gateway carries.',
    'Name A&D BP UA-767PBT-C, addresses begin with 00:09:1F.',
    'Up to five records in a report; pressures and pulse rates come in separate reports and are joined by their time.',
    'The order of a list is not that of time.',
  ],
  samples: [
    {
      title: 'the newest of five pressures of a report, alone',
      octets: [
        'e7000030002e1000010100280000ffffffff0d1d001ef000000000010016000100120003000600',
        '720043005a2013022522342500',
      ].join(''),
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 114, diastolic_bp: 67, mean_arterial_pressure: 90 },
        failure: null,
      },
    },
  ],
};
