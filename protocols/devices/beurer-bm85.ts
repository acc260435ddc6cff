import type { GattDevice } from '../device.js';
import { beurerMonitor } from './families/beurer-blood-pressure.js';

/** Upper arm monitor with a layout of its own. */
export const device: GattDevice = beurerMonitor({
  id: 'beurer-bm85',
  model: 'BM85',
  restMs: 100,
  notes: ['Needs a rest of about 100 ms before the indications are turned on.'],
});
