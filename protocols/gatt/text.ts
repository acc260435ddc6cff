/** UTF-8 text inside values. */
import { CodecRefusal } from '../codec.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of the octets; refuses with `format` what is not UTF-8. */
export function utf8Text(octets: Uint8Array): string {
  try {
    return decoder.decode(octets);
  } catch {
    throw new CodecRefusal('format');
  }
}

export function utf8Octets(text: string): Uint8Array {
  return encoder.encode(text);
}
