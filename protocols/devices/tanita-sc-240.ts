import type { SerialDevice } from '../device.js';
import { tanitaSerial } from '../profiles/tanita-serial.js';

/** Body composition analyser on a cable. */
export const device: SerialDevice = {
  id: 'tanita-sc-240',
  maker: 'Tanita',
  model: 'SC-240 and other professional models',
  kind: 'body_composition',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: tanitaSerial({ model: 'SC-240' }),
  sources: ['Tanita SC-240 manual, p. 24'],
  notes: [
    'The telegram is sent once, right after the weighing, whether or not anybody listens.',
    'A telegram is a weight, and with body fat a composition too.',
    'The check sum is that of all characters before CS.',
    'Masses, water, muscle, visceral fat and impedance are in the octets but not among the values: the catalogue has none of them.',
    'The telegram carries neither a time nor a user.',
    'The settings of the line are those of the HD-351BT; for this model they are not verified.',
  ],
  samples: [
    {
      title: 'the telegram that the manual prints',
      octets: [
        '7b302c31362c7e302c312c7e312c312c7e322c312c4d4f2c2253432d323430222c534e2c223030',
        '303030303032222c42742c302c47452c312c41472c33302c486d2c3137302c50742c302e302c57',
        '6b2c38322e372c46572c31382e362c66572c31352e342c4d572c36372e332c6d572c36342e302c',
        '73572c31392c62572c332e332c77572c34382e302c77772c35382e302c4d492c32382e362c5377',
        '2c36332e362c4f562c33302e302c49462c362c72622c383235352c72422c313937332c724a2c31',
        '322c72412c32382c5a462c3336392e342c43532c46440d0a',
      ].join(''),
      reading: {
        kind: 'body_weight',
        values: { body_weight: 82.7, body_height: 170, bmi: 28.6 },
        failure: null,
      },
    },
  ],
};
