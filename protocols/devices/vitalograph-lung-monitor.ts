import type { SerialDevice } from '../device.js';
import { vitalographSerial } from '../profiles/vitalograph-serial.js';

/** Hand-held spirometer of the asma-1 and copd-6 family. */
export const device: SerialDevice = {
  id: 'vitalograph-lung-monitor',
  maker: 'Vitalograph',
  model: 'Lung monitor (asma-1, copd-6) with Bluetooth',
  kind: 'spirometer',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: vitalographSerial(),
  sources: ['OpenTele, FevMeasurementPacket and its tests'],
  notes: [
    'Serial Port Profile; the name begins LUNG_.',
    'One frame for each blow, sent again until it is acknowledged.',
    'Acknowledged only after the blow is durable at home.',
    'FEV6 and its ratio are in the octets but not among the values: the catalogue has neither.',
    'The clock is not set: no command for it is known.',
  ],
  samples: [
    {
      title: 'a good blow',
      octets: [
        '02465444303030303132393430363336333339393039313430343030303030303039353039303030',
        '3031333035323831303434313830393233036a',
      ].join(''),
      reading: { kind: 'spirometry', values: { fev1: 3.63 }, failure: null },
    },
  ],
};
