import type { GattDevice } from '../device.js';
import { contecLive, contecLiveServiceUuid } from '../profiles/contec-live.js';

/** Finger oximeter with Bluetooth LE. */
export const device: GattDevice = {
  id: 'contec-cms50d-bt',
  maker: 'Contec',
  model: 'CMS50D-BT',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'live',
  transport: 'gatt',
  recognition: { anyService: [contecLiveServiceUuid], onlyBySettings: true },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: contecLive(),
  sources: ['tobiasisenberg/OxiVis issue 2, logged octets'],
  notes: [
    'One reading for each finger, after half a minute.',
    'With the finger out its last values still stand in the frames: they are none.',
    'Readings carry no time.',
    'The name on the air, the service around its characteristics and whether a bond is needed are not verified: only the settings name it.',
    'How many values come in a second, and how long they take to settle, are not verified.',
  ],
  samples: [
    {
      title: 'the finger is out, 83 and 99 still stand in the frame; logged from an oximeter',
      octets: 'eb010453637f0025',
      reading: { kind: 'spo2', values: {}, failure: 'sensor_off' },
    },
    {
      title: '99 %, pulse 83, recomputed from the frame above',
      octets: 'eb010653637f0027',
      reading: { kind: 'spo2', values: { spo2: 99, pulse_rate: 83 }, failure: null },
    },
  ],
};
