import type { GattDevice } from '../device.js';
import { pulseOximeter, pulseOximeterServiceUuid } from '../profiles/pulse-oximeter.js';

/** Any oximeter with the Pulse Oximeter Service. */
export const device: GattDevice = {
  id: 'generic-pulse-oximeter',
  maker: 'Any maker',
  model: 'Oximeter with the standard service',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [pulseOximeterServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: pulseOximeter(),
  sources: [
    'Bluetooth SIG Pulse Oximeter Service 1.0.1 and Profile 1.0.1',
    'StanfordSpezi/SpeziBluetooth, test octets',
  ],
  notes: [
    'Recognised by its service alone: a model with a file of its own goes before.',
    'An oximeter without spot checks streams: one reading for each finger.',
  ],
  samples: [
    {
      title: '97 %, pulse 96',
      octets: '0061006000',
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 96 }, failure: null },
    },
    {
      title: '98.0 %, pulse 72, with its time',
      octets: '01d4f34800e8070b1d170839',
      reading: { kind: 'spo2', values: { spo2: 98, pulse_rate: 72 }, failure: null },
    },
    {
      title: 'an oximeter that reports a malfunction',
      octets: '0facf3bef5e8070b1d170839204022000066e3',
      reading: { kind: 'spo2', values: {}, failure: 'device_fault' },
    },
  ],
};
