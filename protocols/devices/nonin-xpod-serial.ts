import type { SerialDevice } from '../device.js';
import { noninSerial } from '../profiles/nonin-serial.js';

/** Oximeter cable in data format 2. */
export const device: SerialDevice = {
  id: 'nonin-xpod-serial',
  maker: 'Nonin',
  model: 'Xpod 3012LP, OEM III',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: noninSerial({ format: 2, takesCommands: false }),
  sources: ['pez-globo/pufferfish-software, Nonin driver and tests'],
  notes: [
    'Format 2, 75 frames of five octets a second, 25 frames to a packet. It takes no commands.',
    'No value is marked as settled: the one after 45 s counts.',
  ],
  samples: [
    {
      title: '97 %, pulse 72',
      octets: [
        '018101008301800148ca01800161e301800130b20180010082018001008201800100820180010082',
        '01800161e301800161e301800161e301800100820180010082018001008201800148ca01800161e3',
        '01800161e301800100820180010082018001008201800148ca018001008201800148ca0180010082',
        '0180010082',
      ].join(''),
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 72 }, failure: null },
    },
  ],
};
