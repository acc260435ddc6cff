import type { GattDevice } from '../device.js';
import { beurerUserScale } from './families/beurer-user-scale.js';

/** Body composition scale with users. */
export const device: GattDevice = beurerUserScale({
  id: 'beurer-bf720',
  maker: 'Beurer',
  model: 'BF720',
  name: 'BF720',
});
