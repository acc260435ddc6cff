import type { DeviceSample, GattDevice } from '../../device.js';
import { userScale } from '../../profiles/user-scale.js';

/** Octets that were logged from a BF720. */
const samples: readonly DeviceSample[] = [
  {
    title: 'a weight of user 1',
    octets: '0e783eea07050c12353601ee002607',
    reading: {
      kind: 'body_weight',
      values: { body_weight: 79.96, body_height: 183, bmi: 23.8 },
      failure: null,
    },
  },
  {
    title: 'the composition that came behind it',
    octets: '9803c200df1a9701cc2fca21a811',
    reading: { kind: 'body_composition', values: { body_fat_percentage: 19.4 }, failure: null },
  },
];

export interface UserScaleFacts {
  readonly id: string;
  readonly maker: 'Beurer' | 'Sanitas';
  readonly model: string;
  /** As it begins its name on the air. */
  readonly name: string;
  readonly notes?: readonly string[];
}

/** A diagnostic scale of Beurer, and of Sanitas, that keeps the weighings of its users. */
export function beurerUserScale({ notes = [], ...facts }: UserScaleFacts): GattDevice {
  const { id, maker, model, name } = facts;
  return {
    id,
    maker,
    model,
    kind: 'body_composition',
    ladder: 'keeps-time',
    recordOrder: 'not-verified',
    transport: 'gatt',
    recognition: { namePrefix: name },
    bonding: 'required',
    reconnectPauseMs: 10_000,
    profile: userScale(),
    sources: ['KristianP26/ble-scale-sync, beurer-bf720 and its tests'],
    notes: [
      'The settings name the user and the consent code, which the scale or its application shows.',
      'Without the consent of its user the scale tells nothing.',
      'The clock is set by Current Time at every connection, before the consent.',
      'The weight comes first; the composition behind it has neither time nor user and takes both from it.',
      'Compositions are zero until the profile of the user is confirmed: it is written back as it was read.',
      'Batteries that are taken out take the users and their codes with them.',
      ...notes,
    ],
    samples,
  };
}
