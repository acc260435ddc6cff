import type { GattDevice } from '../device.js';
import { andWeightServiceUuid, weightScale } from '../profiles/weight-scale.js';

/** Scale with the weight in the maker's own service. */
export const device: GattDevice = {
  id: 'and-uc-352ble',
  maker: 'A&D Medical',
  model: 'UC-352BLE',
  kind: 'scale',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'A&D_UC-352BLE', anyService: [andWeightServiceUuid] },
  bonding: 'required',
  reconnectPauseMs: 15_000,
  profile: weightScale({ variant: 'and' }),
  sources: [
    'weliem/LivecareBluetoothSDK',
    'weliem/pi-health-hub',
    'dariuszseweryn/RxAndroidBle, issue 130',
    'A&D sample application, ADGattUUID',
  ],
  notes: [
    'Weight comes through a service of the maker, in steps of 0.1 kg or 0.1 lb.',
    'Service Changed is subscribed first, then the clock is set, then the weight is subscribed.',
    'Bonded before it is read; to be left alone for 15 s after it disconnected.',
  ],
  samples: [
    {
      title: '68.8 lb, logged from the scale',
      octets: '01b002',
      reading: { kind: 'body_weight', values: { body_weight: 31.2 }, failure: null },
    },
  ],
};
