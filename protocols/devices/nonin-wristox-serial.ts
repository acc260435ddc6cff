import type { SerialDevice } from '../device.js';
import { noninSerial } from '../profiles/nonin-serial.js';

/** Wrist oximeter in data format 8. */
export const device: SerialDevice = {
  id: 'nonin-wristox-serial',
  maker: 'Nonin',
  model: 'WristOx2 3150 on a cable or the Serial Port Profile',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: noninSerial({ format: 8 }),
  sources: [
    'Nonin WristOx2 3150 OEM specification, contents',
    'Nonin 9560 OEM specification 6470-000-01 (2008)',
    'OpenTele, NoninController',
  ],
  notes: [
    'Format 8, one frame a second; one reading for each finger.',
    'The clock is lost when the batteries are out for more than 30 s; format 8 carries no time.',
  ],
  samples: [
    {
      title: '98 %, pulse 57, SmartPoint',
      octets: '80396220',
      reading: { kind: 'spo2', values: { spo2: 98, pulse_rate: 57 }, failure: null },
    },
    {
      title: 'the finger is out, the values are old',
      octets: '80396208',
      reading: { kind: 'spo2', values: {}, failure: 'sensor_off' },
    },
  ],
};
