import type { GattDevice } from '../device.js';
import { beurerUserScale } from './families/beurer-user-scale.js';

/** Body composition scale with users. */
export const device: GattDevice = beurerUserScale({
  id: 'sanitas-sbf72',
  maker: 'Sanitas',
  model: 'SBF72 and SBF73',
  name: 'SBF7',
  notes: [
    'The octets below come from a BF720, which speaks the same.',
    'Its users and consent codes are not verified: another client consents as user 1 with code 0.',
  ],
});
