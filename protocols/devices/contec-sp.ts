import type { GattDevice } from '../device.js';
import { contecServiceUuid, contecSp } from '../profiles/contec-spirometer.js';

/** Hand-held spirometer that stores its blows. */
export const device: GattDevice = {
  id: 'contec-sp',
  maker: 'Contec',
  model: 'SP10, SP70 and SP80 with Bluetooth LE',
  kind: 'spirometer',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [contecServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: contecSp(),
  sources: ['tikhonp/contec-spirometer-ios-app, ContecSDK'],
  notes: [
    'The clock is set by a command; no command that reads it is known.',
    'Stored blows are asked for one by one, each with its curve, which is passed over.',
    'The memory is never emptied: the commands that do it are not among those that are sent.',
    'Peak flow is told in L/s and kept in L/min.',
    'Other manoeuvres than forced blows are passed over: the catalogue has nothing for them.',
    'Whether a bond is needed, and what stands behind a curve, are not verified.',
  ],
  samples: [
    {
      title: 'a forced blow, recomputed from the layout of the source',
      octets:
        'e100010100190b02081e05004332010100410224014d017f04410241021c041c040e0207010e020000000000',
      reading: {
        kind: 'spirometry',
        values: { fev1: 2.05, fvc: 3.21, pef: 324, fev1_fvc_ratio: 63.9 },
        failure: null,
      },
    },
  ],
};
