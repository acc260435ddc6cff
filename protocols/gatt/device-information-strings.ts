/** Strings of the Device Information Service (2A24 to 2A29): Device Information Service 1.1 §3. */
import type { Codec } from '../codec.js';
import { utf8Octets, utf8Text } from './text.js';

export interface DeviceInformationString {
  readonly text: string;
}

/** Model, serial number, firmware, hardware, software or manufacturer; NUL padding is dropped. */
export const deviceInformationString: Codec<DeviceInformationString> = {
  decode(octets) {
    let length = octets.length;
    while (length > 0 && octets[length - 1] === 0) length -= 1;
    return { text: utf8Text(octets.subarray(0, length)) };
  },
  encode: (value) => utf8Octets(value.text),
};
