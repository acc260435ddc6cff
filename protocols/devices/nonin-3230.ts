import type { GattDevice } from '../device.js';
import { noninBle } from '../profiles/nonin-ble.js';

/** Finger oximeter with stored spot checks. */
export const device: GattDevice = {
  id: 'nonin-3230',
  maker: 'Nonin',
  model: '3230 (NoninConnect)',
  kind: 'pulse_oximeter',
  ladder: 'keeps-time',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'Nonin3230_' },
  bonding: 'required',
  reconnectPauseMs: 15_000,
  profile: noninBle(),
  sources: [
    'Isansys patient gateway, BluetoothLeNonin3230',
    'andreasdri/nonin-3230-ble',
    'calebmgshort/Nonin3230Oximeter',
  ],
  notes: [
    'Stored spot checks come through the standard service.',
    'The running measurement comes through the service of the maker.',
    'New bonds only within two minutes of putting the batteries in, unless security mode 1 is set.',
    'Frames with the finger not fully in, or while it searches for the pulse, are no values.',
    'The battery level always reads 100; the frames tell a low battery.',
    'After a battery change the clock shows 2016-01-01.',
    'Whether a run that was sent is stored as a spot check too is not verified.',
  ],
  samples: [
    {
      title: 'a stored spot check',
      octets: '01d4f34800e8070b1d170839',
      reading: { kind: 'spo2', values: { spo2: 98, pulse_rate: 72 }, failure: null },
    },
    {
      title: 'a frame with the SmartPoint mark',
      octets: '0a541d01f4000c610048',
      reading: {
        kind: 'spo2',
        values: { spo2: 97, pulse_rate: 72, pulse_amplitude_index: 5 },
        failure: null,
      },
    },
    {
      title: 'a frame while searching',
      octets: '0a181d000000017f01ff',
      reading: { kind: 'spo2', values: {}, failure: 'sensor_off' },
    },
  ],
};
