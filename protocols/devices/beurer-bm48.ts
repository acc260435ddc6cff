import type { GattDevice } from '../device.js';
import { beurerMonitor } from './families/beurer-blood-pressure.js';

/** Upper arm monitor with a layout of its own. */
export const device: GattDevice = beurerMonitor({
  id: 'beurer-bm48',
  model: 'BM48',
  notes: ['The octets below come from a BM85, which has the same layout.'],
});
