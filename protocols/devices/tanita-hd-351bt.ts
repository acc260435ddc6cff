import type { SerialDevice } from '../device.js';
import { tanitaSerial } from '../profiles/tanita-serial.js';

/** Scale on the Serial Port Profile. */
export const device: SerialDevice = {
  id: 'tanita-hd-351bt',
  maker: 'Tanita',
  model: 'HD-351BT',
  kind: 'scale',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: tanitaSerial({ model: 'HD-351BT' }),
  sources: ['Tanita HD-351BT manual, p. 4'],
  notes: [
    'Serial Port Profile, PIN 0000; the scale connects to the device that it was last paired with.',
    'It connects when OUTPUT is pressed and gives up after 30 s; a transfer that failed is not repeated.',
    'The telegram carries neither a time nor a user.',
  ],
  samples: [
    {
      title: '72.4 kg, made from the format in the manual',
      octets: '7b302c31362c7e302c312c4d4f2c2248442d3335314254222c576b2c37322e342c43532c41360d0a',
      reading: { kind: 'body_weight', values: { body_weight: 72.4 }, failure: null },
    },
    {
      title: '160.0 lb, made from the format in the manual',
      octets: '7b302c31362c7e302c312c4d4f2c2248442d3335314254222c57702c3136302e302c43532c44350d0a',
      reading: { kind: 'body_weight', values: { body_weight: 72.6 }, failure: null },
    },
  ],
};
