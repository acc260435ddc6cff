import type { SerialDevice } from '../device.js';
import { onetouchUltraEasy } from '../profiles/onetouch-ultra-easy.js';

/** Meter with a cable and binary frames. */
export const device: SerialDevice = {
  id: 'lifescan-onetouch-ultra-easy',
  maker: 'LifeScan',
  model: 'OneTouch UltraEasy (UltraMini)',
  kind: 'glucose_meter',
  ladder: 'keeps-time',
  recordOrder: 'not-verified',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: onetouchUltraEasy(),
  sources: ['glucometers-tech/glucometerutils, otultraeasy and its tests'],
  notes: [
    'Results are in mg/dL also where the meter shows mmol/L.',
    'Both sides number their frames; one that comes again is heard once.',
    'While it stays on its cable it is read every quarter of an hour.',
    'Whether and how results with control solution are marked is not verified: do not test with it while the meter is lent out.',
    'The order of results is not verified.',
  ],
  samples: [
    {
      title: '104 mg/dL, recomputed from the layout of the source',
      octets: '0506f5cc095568000000',
      reading: { kind: 'glucose', values: { glucose: 5.8 }, failure: null },
    },
  ],
};
