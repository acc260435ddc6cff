import type { SerialDevice } from '../device.js';
import { andSerialScale } from '../profiles/and-serial-scale.js';

/** Scale that sends lines by itself. */
export const device: SerialDevice = {
  id: 'and-serial-scale',
  maker: 'A&D',
  model: 'Scales with a serial line (UC-321PBT and others)',
  kind: 'scale',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: andSerialScale(),
  sources: [
    'A&D PBT series Bluetooth specification (Seneca CDOT, Phonegap Healthcare Adapter)',
    'A&D EK-L manual, 9-2',
  ],
  notes: ['ASCII lines without a time; a stable line is a reading, once for each weighing.'],
  samples: [
    {
      title: '125.10 kg',
      octets: '53542c2b3132352e31306b670d0a',
      reading: { kind: 'body_weight', values: { body_weight: 125.1 }, failure: null },
    },
    {
      title: '405.2 lb',
      octets: '53542c2b303430352e326c620d0a',
      reading: { kind: 'body_weight', values: { body_weight: 183.8 }, failure: null },
    },
  ],
};
