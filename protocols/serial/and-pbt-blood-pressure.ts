/**
 * Data section of an A&D UA-767PBT packet (Serial Port Profile): pairs of printable hexadecimal
 * digits, `80` for a valid measurement, systolic minus diastolic, diastolic, pulse rate, mean
 * arterial pressure. Anything but `80` "means invalid BP measurement". Source: A&D PBT series
 * Bluetooth specification, blood pressure device.
 */
import { fromHex, toHex } from '../bytes.js';
import type { Codec } from '../codec.js';
import { ascii, asciiOctets, exactly, octetAt, refuseUnless, whole } from './fields.js';

export type AndPbtBloodPressure =
  | { readonly valid: false }
  | {
      readonly valid: true;
      /** mmHg, like the other pressures. */
      readonly systolic: number;
      readonly diastolic: number;
      readonly pulseRate: number;
      readonly meanArterialPressure: number;
    };

const sectionLength = 10;
const validMark = 0x80;
/** The section carries nothing blank; `fromHex` alone would let blanks pass. */
const hexDigits = /^[0-9A-Fa-f]+$/;

/** Refuses `truncated`, `length` and `format` (not printable hexadecimal). */
export const andPbtBloodPressure: Codec<AndPbtBloodPressure> = {
  decode: (octets) => {
    exactly(octets, sectionLength);
    const text = ascii(octets);
    refuseUnless(hexDigits.test(text), 'format');
    const data = fromHex(text);
    if (octetAt(data, 0) !== validMark) return { valid: false };
    const diastolic = octetAt(data, 2);
    return {
      valid: true,
      systolic: octetAt(data, 1) + diastolic,
      diastolic,
      pulseRate: octetAt(data, 3),
      meanArterialPressure: octetAt(data, 4),
    };
  },
  encode: (value) => {
    if (!value.valid) return asciiOctets('0'.repeat(sectionLength));
    const { systolic, diastolic, pulseRate, meanArterialPressure } = value;
    const fields = [systolic - diastolic, diastolic, pulseRate, meanArterialPressure];
    const data = fields.map((field) => whole(field, 0, 0xff));
    return asciiOctets(toHex(Uint8Array.of(validMark, ...data)).toUpperCase());
  },
};
