import type { GattDevice } from '../device.js';
import { beurerPo60, po60ServiceUuid } from '../profiles/beurer-po60.js';

/** Finger oximeter that stores its measurements. */
export const device: GattDevice = {
  id: 'beurer-po60',
  maker: 'Beurer',
  model: 'PO60',
  kind: 'pulse_oximeter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [po60ServiceUuid], onlyBySettings: true },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: beurerPo60(),
  sources: ['weliem/LivecareBluetoothSDK', 'a public PO60 client and its packet layout'],
  notes: [
    'The whole memory comes at each connection, in batches of ten; it is never emptied.',
    'A reading is the average of one measurement, dated by its end.',
    'The place of a record in its batch changes as newer ones come: it is no part of the reading.',
    'A pulse rate above 127 cannot be said in a record.',
    'The clock is left alone: no command that reads or sets it is known.',
    'Bonded before notifications are turned on; the cited client does so, how is not verified.',
    'The name on the air and the service around its characteristics are not verified: only the settings name it.',
    'What the answer to the first request says is not verified.',
  ],
  samples: [
    {
      title: '97 %, pulse 72, recomputed from the layout of the source',
      octets: 'e900190b02080000190b02080500000000625f614b464845',
      reading: { kind: 'spo2', values: { spo2: 97, pulse_rate: 72 }, failure: null },
    },
  ],
};
