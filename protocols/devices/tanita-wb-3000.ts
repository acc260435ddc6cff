import type { SerialDevice } from '../device.js';
import { tanitaSerial } from '../profiles/tanita-serial.js';

/** Physician scale on a cable. */
export const device: SerialDevice = {
  id: 'tanita-wb-3000',
  maker: 'Tanita',
  model: 'WB-3000',
  kind: 'scale',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: tanitaSerial({ model: 'WB-3000' }),
  sources: ['Tanita WB-3000 manual, p. 10'],
  notes: [
    'The telegram is sent once, right after the weighing, whether or not anybody listens.',
    'About 0.1 s behind the telegram come octets without a meaning, which are passed over.',
    'The telegram carries neither a time nor a user.',
    'The settings of the line are those of the HD-351BT; for this model they are not verified.',
  ],
  samples: [
    {
      title: '81.2 kg, made from the format in the manual',
      octets: '7b302c31362c7e302c312c4d4f2c2257422d33303030222c576b2c38312e322c43532c34350d0a',
      reading: { kind: 'body_weight', values: { body_weight: 81.2 }, failure: null },
    },
  ],
};
