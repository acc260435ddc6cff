import type { SerialDevice } from '../device.js';
import { noninSerial } from '../profiles/nonin-serial.js';

/** Finger oximeter in data format 13. */
export const device: SerialDevice = {
  id: 'nonin-onyx-9560',
  maker: 'Nonin',
  model: 'Onyx II 9560',
  kind: 'pulse_oximeter',
  ladder: 'keeps-time',
  recordOrder: 'oldest-first',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: noninSerial({ format: 13 }),
  sources: [
    'Nonin 9560 OEM specification 6470-000-01 (2008)',
    'OpenTele, NoninController',
    'mattjlewis/NoninPulseOx',
  ],
  notes: [
    'Serial Port Profile, PIN on the battery door.',
    'In format 13 it calls the gateway itself when a spot check is ready.',
    'At least 20 spot checks are stored; the oldest are sent first.',
    'They are removed once sent: there is nothing to acknowledge.',
    'Memory and clock are lost at a battery change.',
    'To be left alone for 15 s after a lost connection.',
  ],
  samples: [
    {
      title: '97 %, pulse 72, SmartPoint',
      octets: '0002000d000e20251102083000000200004800613b03',
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 72 }, failure: null },
    },
    {
      title: 'no measurement',
      octets: '0002000d000e2025110208310000010001ff007f1103',
      reading: { kind: 'spo2', values: {}, failure: 'aborted' },
    },
  ],
};
