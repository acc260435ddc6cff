import type { SerialDevice } from '../device.js';
import { taidoc } from '../profiles/taidoc.js';

/** Meters of TaiDoc, sold as FORA and under other names, on a cable. */
export const device: SerialDevice = {
  id: 'taidoc-td-42xx',
  maker: 'TaiDoc (FORA)',
  model: 'TD-42xx',
  kind: 'glucose_meter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'serial',
  line: { baudRate: 19_200, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: taidoc(),
  sources: ['glucometers-tech/glucometerutils, td42xx and its tests'],
  notes: [
    'The cable is a CP2110, a serial port behind USB HID: it needs a driver that makes it one.',
    'Results are in mg/dL also where the meter shows mmol/L; times are to the minute.',
    'Two equal results within one minute are one; its clock shows no seconds, so that it cannot be kept to one.',
    'While it stays on its cable it is read every quarter of an hour.',
    'The mark of control solution is not verified: a result with a mark other than none, before or after a meal is refused.',
    'The limits of the figures, and the order of results, are not verified.',
  ],
  samples: [
    {
      title: '104 mg/dL before a meal, recomputed from the layout of the source',
      octets: '21240e1568000040',
      reading: { kind: 'glucose', values: { glucose: 5.8 }, failure: null },
    },
  ],
};
