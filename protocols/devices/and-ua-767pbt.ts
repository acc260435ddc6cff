import type { SerialDevice } from '../device.js';
import { andPbt } from '../profiles/and-pbt.js';

/** Upper arm monitor with classic Bluetooth that sends one packet for each measurement. */
export const device: SerialDevice = {
  id: 'and-ua-767pbt',
  maker: 'A&D Medical',
  model: 'UA-767PBT',
  kind: 'bp_monitor',
  ladder: 'decodes',
  recordOrder: 'not-verified',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: andPbt(),
  sources: ['A&D PBT series Bluetooth specification (Seneca CDOT, Phonegap Healthcare Adapter)'],
  notes: [
    'Serial Port Profile; the monitor is the master and connects by itself after a measurement. PIN pairing.',
    'The gateway needs classic Bluetooth that takes incoming connections.',
    'The packet that confirms a measurement to the monitor is not verified: nothing is answered.',
    'The order of the octets in numbers is not verified: it is taken from the packet type, which is always 2.',
    'Whether an unsent measurement is kept is not verified.',
  ],
  samples: [
    {
      title: '120/80 in a packet made from the layout of the source',
      octets: [
        '02000a000000ff0200dc070808072d1edc070808072d1e00000000000000000000000035313230',
        '38303031323320200000000000000000000000000038303238353034303544',
      ].join(''),
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 120, diastolic_bp: 80, mean_arterial_pressure: 93, pulse_rate: 64 },
        failure: null,
      },
    },
    {
      title: 'an invalid measurement',
      octets: [
        '02000a000000ff0200dc070808072d1edc070808072d1e00000000000000000000000035313230',
        '38303031323320200000000000000000000000000030303030303030303030',
      ].join(''),
      reading: { kind: 'blood_pressure', values: {}, failure: 'aborted' },
    },
  ],
};
