import type { GattDevice } from '../device.js';
import { andesfit, andesfitServiceUuid } from '../profiles/andesfit-spirometer.js';

/** Spirometer that tells its newest result. */
export const device: GattDevice = {
  id: 'andesfit-spirometer',
  maker: 'AndesFit',
  model: 'Spirometer',
  kind: 'spirometer',
  ladder: 'converses',
  recordOrder: 'newest-only',
  transport: 'gatt',
  recognition: { namePrefix: 'BLE-MSA', anyService: [andesfitServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: andesfit(),
  sources: ['weliem/LivecareBluetoothSDK, SpirometerAndesFit'],
  notes: [
    'It is asked twice a second whether it is ready, for two minutes at most.',
    'Results carry no time: a reading gets the time at which it came.',
    'The number of a result keeps it one reading however often it is sent.',
    'Only the newest result is asked for.',
    'Whether the number goes up by one with every blow is not verified, nor what the last command does beside ending.',
  ],
  samples: [
    {
      title: 'a blow, logged from a spirometer',
      octets: 'dd802a03600e014501a52a03609801a101',
      reading: { kind: 'spirometry', values: { fev1: 4.08, pef: 417 }, failure: null },
    },
  ],
};
