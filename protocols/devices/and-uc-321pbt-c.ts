import type { DecodedDevice } from '../device.js';
import { hdpRecords } from '../profiles/hdp-records.js';

/** Scale of the Health Device Profile. */
export const device: DecodedDevice = {
  id: 'and-uc-321pbt-c',
  maker: 'A&D Medical',
  model: 'UC-321PBT-C',
  kind: 'scale',
  ladder: 'decodes',
  recordOrder: 'unordered',
  transport: 'none',
  link: 'Bluetooth Health Device Profile (classic)',
  profile: hdpRecords('body_weight'),
  sources: [
    'OpenTele, tests of its questionnaires (silverbullet-dk/opentele-client-android)',
    'IEEE 11073-10415',
  ],
  notes: [
    'IEEE 11073-20601 over the Health Device Profile, which no transport of the gateway carries.',
    'Variable reports of up to five records, each with its own unit: kg or lb.',
    'The order of a list is not that of time.',
  ],
  samples: [
    {
      title: 'one of five weights of a report, alone',
      octets: [
        'e700003a00381000010100320000ffffffff0d1e0028f00000000001002000010003001a0a5600',
        '04fe001c480990000820120604103115000996000206c3',
      ].join(''),
      reading: { kind: 'body_weight', values: { body_weight: 72.4 }, failure: null },
    },
  ],
};
