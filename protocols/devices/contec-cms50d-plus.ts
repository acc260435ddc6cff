import type { SerialDevice } from '../device.js';
import { cms50Serial } from '../profiles/cms50-serial.js';

/** Finger oximeter with a cable; older ones speak this version of the protocol. */
export const device: SerialDevice = {
  id: 'contec-cms50d-plus',
  maker: 'Contec',
  model: 'CMS50D+, CMS50E, CMS50F (protocol 5)',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 19_200, dataBits: 8, parity: 'odd', stopBits: 1 },
  profile: cms50Serial(5),
  sources: ['atbrask/CMS50Dplus and its unit tests'],
  notes: [
    'Sixty samples a second; one reading for each finger, after half a minute.',
    '0 and 127 are what it sends while it measures nothing: there is no value.',
    'With the finger out its last values may still stand in the samples: they are none.',
    'Stored samples have no time and are not read; they are never deleted.',
    'How long its values take to settle is not verified.',
  ],
  samples: [
    {
      title: '97 %, pulse 72',
      octets: '8000004861',
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 72 }, failure: null },
    },
    {
      title: 'the finger is out',
      octets: '9000000000',
      reading: { kind: 'spo2', values: {}, failure: 'sensor_off' },
    },
  ],
};
