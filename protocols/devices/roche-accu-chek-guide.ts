import type { GattDevice } from '../device.js';
import { glucose } from '../profiles/glucose.js';

/** Meters whose name begins with meter+ and their serial number. */
export const device: GattDevice = {
  id: 'roche-accu-chek-guide',
  maker: 'Roche',
  model: 'Accu-Chek Guide, Guide Me, Instant',
  kind: 'glucose_meter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'meter+' },
  bonding: 'required',
  pairing: 'passkey-shown',
  reconnectPauseMs: 10_000,
  profile: glucose({ setsClock: false }),
  sources: [
    'tidepool-org/uploader, Accu-Chek Bluetooth driver and checklist',
    'weliem/LivecareBluetoothSDK',
    'Accu-Chek user manual',
    'Stack Overflow 63340809, logged octets',
  ],
  notes: [
    'Bonded before notifications are turned on; the meter shows a PIN.',
    'Base time plus offset is the time that the patient saw.',
    'Real records have type 8 (undetermined plasma) and location 15 (not available).',
    'Type 10 is control solution.',
    'Half a second between two requests.',
  ],
  samples: [
    {
      title: '119 mg/dL, logged from the meter',
      octets: '1b0400e407070e0b06055a0277b0f80000',
      reading: { kind: 'glucose', values: { glucose: 6.6 }, failure: null },
    },
  ],
};
