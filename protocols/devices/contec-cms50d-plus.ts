import type { DecodedDevice } from '../device.js';
import { cms50Records } from '../profiles/cms50-records.js';

/** Finger oximeter with a memory. */
export const device: DecodedDevice = {
  id: 'contec-cms50d-plus',
  maker: 'Contec',
  model: 'CMS50D+, CMS50E, CMS50F (protocol 5)',
  kind: 'pulse_oximeter',
  ladder: 'decodes',
  transport: 'none',
  link: 'USB serial, 19200 8O1, with commands that have no conversation yet',
  profile: cms50Records(),
  sources: ['atbrask/CMS50Dplus and its unit tests'],
  notes: [
    'Stored samples are one second apart and have no time of their own.',
    '0 and 127 are what it records while it measures nothing: there is no value.',
    'Protocol 7 (115200 8N1) stops unless AF is sent once a second.',
    'Deleting is never needed for reading.',
  ],
  samples: [
    {
      title: '97 %, pulse 72',
      octets: 'f0c861',
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 72 }, failure: null },
    },
    {
      title: 'a finger that is out',
      octets: 'f08000',
      reading: { kind: 'spo2', values: {}, failure: 'sensor_off' },
    },
  ],
};
