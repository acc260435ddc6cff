/** Strings of the Device Information Service (2A24 to 2A29): Device Information Service 1.1 §3. */
import type { Codec } from '../codec.js';
import { CodecRefusal } from '../codec.js';

export interface DeviceInformationString {
  readonly text: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Model, serial number, firmware, hardware, software or manufacturer; NUL padding is dropped. */
export const deviceInformationString: Codec<DeviceInformationString> = {
  decode(octets) {
    let length = octets.length;
    while (length > 0 && octets[length - 1] === 0) length -= 1;
    return { text: textOf(octets.subarray(0, length)) };
  },
  encode: (value) => new TextEncoder().encode(value.text),
};

function textOf(octets: Uint8Array): string {
  try {
    return utf8.decode(octets);
  } catch {
    throw new CodecRefusal('format');
  }
}
