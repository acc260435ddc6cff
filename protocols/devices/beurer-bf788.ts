import type { GattDevice } from '../device.js';
import { beurerUserScale } from './families/beurer-user-scale.js';

/** Body composition scale with users. */
export const device: GattDevice = beurerUserScale({
  id: 'beurer-bf788',
  maker: 'Beurer',
  model: 'BF788',
  name: 'BF788',
  notes: ['The octets below come from a BF720, which speaks the same.'],
});
