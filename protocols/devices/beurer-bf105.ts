import type { GattDevice } from '../device.js';
import { beurerUserScale } from './families/beurer-user-scale.js';

/** Body composition scale with users. */
export const device: GattDevice = beurerUserScale({
  id: 'beurer-bf105',
  maker: 'Beurer',
  model: 'BF105',
  name: 'BF105',
  notes: ['The octets below come from a BF720, which speaks the same.'],
});
