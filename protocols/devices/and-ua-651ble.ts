import type { GattDevice } from '../device.js';
import { bloodPressure } from '../profiles/blood-pressure.js';

/** Upper arm monitor; also sold as UA-651CNBLE. */
export const device: GattDevice = {
  id: 'and-ua-651ble',
  maker: 'A&D Medical',
  model: 'UA-651BLE',
  kind: 'bp_monitor',
  ladder: 'keeps-time',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'A&D_UA-651BLE_' },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: bloodPressure(),
  sources: [
    'obniz/obniz, parts UA651BLE',
    'weliem/LivecareBluetoothSDK',
    'andengineering/AndroidSampleCode, issues 1 and 3',
    'don/cordova-plugin-ble-central, issue 27',
    'derdilla/blood-pressure-monitor-fl, issue 80',
  ],
  notes: [
    'Pairing mode: the button is held until Pr shows; the flags octet then is 0x05.',
    'A central that looks at the services without a bond switches the monitor off with E10.',
    'The clock is set by Date Time before the indications are turned on.',
    'The monitor disconnects by itself after the last value.',
    'The battery level takes the values 100, 66, 40 and 33 only.',
    'Order of stored values and depth of the memory are not verified.',
  ],
  samples: [
    {
      title: 'a run, logged from a monitor with the same layout',
      octets: '167c0056006100e807060f11111b33000000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 124, diastolic_bp: 86, mean_arterial_pressure: 97, pulse_rate: 51 },
        failure: null,
      },
    },
    {
      title: 'a run that was broken off: all pressures 0x07FF',
      octets: '16ff07ff07ff07e80706170e230aff070000',
      reading: { kind: 'blood_pressure', values: {}, failure: 'aborted' },
    },
  ],
};
