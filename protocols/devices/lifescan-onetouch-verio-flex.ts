import type { GattDevice } from '../device.js';
import { onetouchVerio } from '../profiles/onetouch-verio.js';

/** Meters of the Verio family with Bluetooth LE. */
export const device: GattDevice = {
  id: 'lifescan-onetouch-verio-flex',
  maker: 'LifeScan',
  model: 'OneTouch Verio Flex and Verio Reflect',
  kind: 'glucose_meter',
  ladder: 'keeps-time',
  recordOrder: 'newest-first',
  transport: 'gatt',
  recognition: { namePrefix: 'OneTouch' },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: onetouchVerio(),
  sources: [
    'tidepool-org/uploader, oneTouchVerioBLE.js',
    'weliem/LivecareBluetoothSDK, logged frame',
  ],
  notes: [
    'Results are in mg/dL also where the meter shows mmol/L.',
    'Newest first, by number; only numbers that are not known yet are asked for.',
    'Every answer is acknowledged; a packet that comes twice is heard once.',
    'Times count from 2000-01-01 00:00:00; one cited client counts from a second earlier.',
    'A result of 0 is the mark for no valid reading.',
    'Results with control solution are marked, and never counted.',
    'Below 20 and above 600 mg/dL the meter shows LO and HI: no figure is kept.',
    'The meter is bonded before notifications are turned on; with which PIN or passkey is not verified.',
  ],
  samples: [
    {
      title: '104 mg/dL, recomputed from the layout of the source',
      octets: '01021300030674c1993068000000000000035ab1',
      reading: { kind: 'glucose', values: { glucose: 5.8 }, failure: null },
    },
  ],
};
