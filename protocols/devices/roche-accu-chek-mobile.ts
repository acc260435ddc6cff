import type { DecodedDevice } from '../device.js';
import { diaryRecords } from '../profiles/glucose-records.js';

/** Meter that shows its diary as a USB drive. */
export const device: DecodedDevice = {
  id: 'roche-accu-chek-mobile',
  maker: 'Roche',
  model: 'Accu-Chek Mobile',
  kind: 'glucose_meter',
  ladder: 'decodes',
  recordOrder: 'not-verified',
  transport: 'none',
  link: 'USB drive with DIARY.CSV',
  profile: diaryRecords(),
  sources: ['OpenTele, CsvFileReader (silverbullet-dk/opentele-client-android)'],
  notes: [
    'Headers are in the language of the meter; those of the Danish edition are known.',
    'HI and LO are results outside the range of the meter, 0.6 to 33.3 mmol/L: there is no value.',
    'Times are local, without a zone, and may name an hour that summer time left out.',
    'A temperature warning makes a value questionable; a control measurement is never counted.',
  ],
  samples: [
    {
      title: '5.2 mmol/L, a line of a real diary',
      octets:
        '32312e30312e323031333b30393a34383b352e323b6d6d6f6c2f6c3b203b203b203b203b203b203b0d0a',
      reading: { kind: 'glucose', values: { glucose: 5.2 }, failure: null },
    },
    {
      title: 'control measurement with a temperature warning',
      octets:
        '32312e30312e323031333b30393a34303b392e373b6d6d6f6c2f6c3b583b203b203b203b203b583b0d0a',
      reading: { kind: 'glucose', values: { glucose: 9.7 }, failure: null },
    },
  ],
};
