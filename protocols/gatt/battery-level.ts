/** Battery Level (2A19): Battery Service 1.1 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { whole } from './fields.js';

export interface BatteryLevel {
  readonly levelPercent: number;
}

const fullPercent = 100;

/** Battery Level, 2A19. Above 100 is reserved and refused. */
export const batteryLevel: Codec<BatteryLevel> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const levelPercent = whole(reader.uint8(), fullPercent);
    reader.end();
    return { levelPercent };
  },
  encode: (value) => new OctetWriter().uint8(whole(value.levelPercent, fullPercent)).octets(),
};
