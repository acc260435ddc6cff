import type { GattDevice } from '../device.js';
import { userScale } from '../profiles/user-scale.js';

/** Body composition scale with five users and a guest. */
export const device: GattDevice = {
  id: 'and-uc-421ble',
  maker: 'A&D Medical',
  model: 'UC-421BLE',
  kind: 'body_composition',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { namePrefix: 'UC-421BLE_' },
  bonding: 'required',
  reconnectPauseMs: 15_000,
  profile: userScale({ turnsOn: 'after-consent', confirmsProfile: false }),
  sources: ['obniz/obniz, parts UC421BLE'],
  notes: [
    'Users 1 to 5 with a consent code of four digits; the guest is user 99 with code 9999.',
    'The guest is for an examination: only a weight, and nothing stays in the scale.',
    'Three wrong codes in a row are answered as a failed operation.',
    'The measurements are sent as soon as they are turned on, and the scale then disconnects.',
    'A user without a gender has no composition.',
    'The pause before it is connected to again is that of the other scales of the maker.',
    'Order of stored values, and that its clock is set by Current Time, are not verified.',
    'The octets below have the standard layout; none of this model are published: not verified.',
  ],
  samples: [
    {
      title: '79.96 kg of user 1',
      octets: '0e783eea07050c12353601ee002607',
      reading: {
        kind: 'body_weight',
        values: { body_weight: 79.96, body_height: 183, bmi: 23.8 },
        failure: null,
      },
    },
  ],
};
