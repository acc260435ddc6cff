import type { GattDevice } from '../device.js';
import { beurerMonitor } from './families/beurer-blood-pressure.js';

/** Upper arm monitor with a layout of its own. */
export const device: GattDevice = beurerMonitor({
  id: 'beurer-bm59',
  model: 'BM59',
  notes: ['The octets below come from a BM85, which has the same layout.'],
});
