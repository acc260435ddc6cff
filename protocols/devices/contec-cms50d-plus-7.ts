import type { SerialDevice } from '../device.js';
import { cms50Serial } from '../profiles/cms50-serial.js';

/** Finger oximeter with a cable; newer ones speak this version of the protocol. */
export const device: SerialDevice = {
  id: 'contec-cms50d-plus-7',
  maker: 'Contec',
  model: 'CMS50D+ (protocol 7)',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: cms50Serial(7),
  sources: ['timegrid/CMS50Dplus7 and its tests'],
  notes: [
    'Started by a command; it stops unless it is told once a second that somebody listens.',
    'One reading for each finger, after half a minute.',
    'Stored samples have no time and are not read; they are never deleted.',
    'How long its values take to settle is not verified.',
  ],
  samples: [
    {
      title: '97 %, pulse 72, recomputed from the layout of the source',
      octets: '01808ac095c8e1a083',
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 72 }, failure: null },
    },
  ],
};
