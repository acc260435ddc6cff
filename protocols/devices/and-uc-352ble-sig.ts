import type { GattDevice } from '../device.js';
import { weightScale, weightScaleServiceUuid } from '../profiles/weight-scale.js';

/** The same scale with the Weight Scale Service. */
export const device: GattDevice = {
  id: 'and-uc-352ble-sig',
  maker: 'A&D Medical',
  model: 'UC-352BLE with the standard service',
  kind: 'scale',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'A&D_UC-352BLE', anyService: [weightScaleServiceUuid] },
  bonding: 'required',
  reconnectPauseMs: 15_000,
  profile: weightScale(),
  sources: ['Isansys patient gateway, BluetoothLe_AnD_UC352BLE', 'weliem/pi-health-hub'],
  notes: [
    'Units with newer firmware have the standard service, with its steps of 0.005 kg.',
    'To be left alone for 15 s after it disconnected; one gateway waits 60 s.',
  ],
  samples: [
    {
      title: '70 kg with its time',
      octets: '02b036e7070c190e1e2d',
      reading: { kind: 'body_weight', values: { body_weight: 70 }, failure: null },
    },
  ],
};
