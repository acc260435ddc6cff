import type { GattDevice } from '../device.js';
import { glucose } from '../profiles/glucose.js';

/** Meters with the Glucose Service and a clock of their maker. */
export const device: GattDevice = {
  id: 'isens-caresens-n',
  maker: 'i-SENS',
  model: 'CareSens N Premier, CareSens Dual',
  kind: 'glucose_meter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { onlyBySettings: true },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: glucose({ setsClock: false, measuresKetone: true }),
  sources: ['tidepool-org/uploader, CareSens Bluetooth driver'],
  notes: [
    'Its name and whether it must be bonded are not verified: only the settings name it.',
    'The clock is set through a characteristic of the maker: it is never set here.',
    'A context with meal 6 marks ketone: the record is no glucose value, nor is one whose announced context never came.',
  ],
  samples: [
    {
      title: '112 mg/dL, logged from a meter with the same layout',
      octets: '030000e407030e171700000070b011',
      reading: { kind: 'glucose', values: { glucose: 6.2 }, failure: null },
    },
  ],
};
