import type { SerialDevice } from '../device.js';
import { onetouchUltra2 } from '../profiles/onetouch-ultra2.js';

/** Meter with a cable that tells its memory as text. */
export const device: SerialDevice = {
  id: 'lifescan-onetouch-ultra2',
  maker: 'LifeScan',
  model: 'OneTouch Ultra2',
  kind: 'glucose_meter',
  ladder: 'keeps-time',
  recordOrder: 'not-verified',
  transport: 'serial',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  profile: onetouchUltra2(),
  sources: [
    'tidepool-org/uploader, oneTouchUltra2.js, telegrams in its comments',
    'glucometers-tech/glucometerutils, otultra2',
  ],
  notes: [
    'Results are in mg/dL also where the meter shows mmol/L.',
    'The meter has to be on. While it stays on its cable it is read every quarter of an hour.',
    'A result whose parity the meter itself doubts is refused.',
    'Results with control solution are marked, and never counted.',
    'Below 20 and above 600 mg/dL the meter shows LO and HI: no figure is kept.',
    'Two equal results within the same second are one.',
    'The order of results in the answer is not verified.',
  ],
  samples: [
    {
      title: '81 mg/dL, logged from a meter',
      octets: [
        '502022534154222c2230332f32312f3135222c2231363a34353a3234202020222c22202030383120222c',
        '224e222c223033222c20303020303942360d0a',
      ].join(''),
      reading: { kind: 'glucose', values: { glucose: 4.5 }, failure: null },
    },
  ],
};
