/**
 * A Nonin oximeter's answer to "get serial number": `02 F4 0B 02`, nine ASCII digits, check octet,
 * `03`. The check octet is the sum from the identification code (02) to the last digit, modulo 256.
 * Source: OpenTele NoninSerialNumberPacket.
 */
import { OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { ascii, asciiOctets, exactly, refuseUnless, sum8 } from './fields.js';

export interface NoninSerialNumber {
  readonly serialNumber: string;
}

const start = [0x02, 0xf4, 0x0b] as const;
const identification = 0x02;
const digits = /^[0-9]{9}$/;
const serialNumberLength = 15;

/** Refuses `truncated`, `length`, `sync`, `checksum` and `format`. */
export const noninSerialNumber: Codec<NoninSerialNumber> = {
  decode: (octets) => {
    refuseUnless(
      start.every((octet, place) => octets.length <= place || octets[place] === octet),
      'sync',
    );
    exactly(octets, serialNumberLength);
    refuseUnless(octets[3] === identification && octets[14] === 0x03, 'sync');
    refuseUnless(sum8(octets.subarray(3, 13)) === octets[13], 'checksum');
    const serialNumber = ascii(octets.subarray(4, 13));
    refuseUnless(digits.test(serialNumber), 'format');
    return { serialNumber };
  },
  encode: ({ serialNumber }) => {
    refuseUnless(digits.test(serialNumber), 'format');
    const checked = Uint8Array.of(identification, ...asciiOctets(serialNumber));
    return new OctetWriter()
      .put(start)
      .put(checked)
      .put([sum8(checked), 0x03])
      .octets();
  },
};
