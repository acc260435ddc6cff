import type { GattDevice } from '../device.js';
import { glucose, glucoseServiceUuid } from '../profiles/glucose.js';

/** Any meter with the Glucose Service. */
export const device: GattDevice = {
  id: 'generic-glucose-meter',
  maker: 'Any maker',
  model: 'Glucose meter with the standard service',
  kind: 'glucose_meter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [glucoseServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: glucose(),
  sources: [
    'Bluetooth SIG Glucose Service 1.0.1 and Profile 1.0.1',
    'Stack Overflow 63340809 and its mirrors, logged octets',
    'NordicSemiconductor/Android-nRF-Toolbox, test octets',
  ],
  notes: [
    'Recognised by its service alone: a model with a file of its own goes before.',
    'Most meters ask for a bond when they are read for the first time.',
    'Values below zero stand for records that are no glucose value.',
  ],
  samples: [
    {
      title: '112 mg/dL, logged from a meter',
      octets: '030000e407030e171700000070b011',
      reading: { kind: 'glucose', values: { glucose: 6.2 }, failure: null },
    },
    {
      title: 'a record that is no glucose value, logged from the same meter',
      octets: '030100e407030e1717000000ffff11',
      reading: { kind: 'glucose', values: {}, failure: 'implausible' },
    },
  ],
};
