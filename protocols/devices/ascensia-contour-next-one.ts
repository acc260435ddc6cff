import type { GattDevice } from '../device.js';
import { glucose, glucoseServiceUuid } from '../profiles/glucose.js';

/** Meters of the Contour family with Bluetooth. */
export const device: GattDevice = {
  id: 'ascensia-contour-next-one',
  maker: 'Ascensia',
  model: 'Contour Next One, Plus One, Plus Elite',
  kind: 'glucose_meter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'Contour', anyService: [glucoseServiceUuid] },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: glucose({ setsClock: false }),
  sources: ['weliem/blessed-android, Contour handlers'],
  notes: [
    'Bonded before it is connected, or two pairing dialogues appear.',
    'The clock takes UTC and an offset through a characteristic of the maker: it is never set.',
  ],
  samples: [
    {
      title: '112 mg/dL, logged from a meter with the same layout',
      octets: '030000e407030e171700000070b011',
      reading: { kind: 'glucose', values: { glucose: 6.2 }, failure: null },
    },
  ],
};
