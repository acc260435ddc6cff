import type { DecodedDevice } from '../device.js';
import { contourRecords } from '../profiles/glucose-records.js';

/** Meters of the Contour family with a USB plug. */
export const device: DecodedDevice = {
  id: 'ascensia-contour-usb',
  maker: 'Ascensia',
  model: 'Contour USB, Next USB, Next Link',
  kind: 'glucose_meter',
  ladder: 'decodes',
  recordOrder: 'not-verified',
  transport: 'none',
  link: 'USB HID (vendor 1A79), ASTM frames in reports of 64 octets',
  profile: contourRecords(),
  sources: ['glucometerutils, contourusb and its tests', 'tidepool-org/uploader, bayerContourNext'],
  notes: [
    'Each result says its own unit; a result without a known one is refused.',
    'Marks < and > are results outside the range of the meter: there is no value.',
    'Times have 12 or 14 digits. Control solution (mark C) is never counted.',
  ],
  samples: [
    {
      title: '93 mg/dL after a meal',
      octets: [
        '0235527c337c5e5e5e476c75636f73657c39337c6d672f644c5e507c7c412f4d302f54317c7c',
        '3230313530353236313135300d1737340d0a',
      ].join(''),
      reading: { kind: 'glucose', values: { glucose: 5.2 }, failure: null },
    },
  ],
};
