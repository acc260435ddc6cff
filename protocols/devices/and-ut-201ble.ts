import type { GattDevice } from '../device.js';
import { thermometer } from '../profiles/thermometer.js';

/** Armpit thermometer. */
export const device: GattDevice = {
  id: 'and-ut-201ble',
  maker: 'A&D Medical',
  model: 'UT-201BLE',
  kind: 'thermometer',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'A&D_UT201BLE' },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: thermometer({ temperatureType: 2 }),
  sources: [
    'public UT-201BLE-A notification log',
    'obniz/obniz, parts UT201BLE',
    'Stack Overflow 54834439',
  ],
  notes: [
    'Armpit thermometer; names the place as body (2). Steps of 0.1 °C, two decimals are possible.',
    'Pairing mode shows in bit 0 of the flags octet; after pairing it switches itself off.',
  ],
  samples: [
    {
      title: '36.8 °C, logged from the thermometer',
      octets: '06700100ffe507020c0a382202',
      reading: { kind: 'body_temperature', values: { body_temperature: 36.8 }, failure: null },
    },
    {
      title: '36.0 °C, logged from the thermometer',
      octets: '06680100ffe207030a15340002',
      reading: { kind: 'body_temperature', values: { body_temperature: 36 }, failure: null },
    },
  ],
};
