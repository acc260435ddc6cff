import { toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { Uuid } from '../device.js';

/** The Bluetooth base UUID without its first 32 bits (Core 6.0 Vol 3 Part B §2.5.1). */
const baseTail = '00001000800000805f9b34fb';
const lengths: readonly number[] = [2, 4, 16];

/**
 * A UUID as it is on the air, least significant octet first: 2, 4 or 16 octets. Assigned ones become
 * four digits whatever their form; throws {@link CodecRefusal} for any other length.
 */
export function uuidOf(octets: Uint8Array): Uuid {
  if (!lengths.includes(octets.length)) throw new CodecRefusal('length', 'not a UUID');
  const text = toHex(Uint8Array.from(octets).reverse());
  const long = text.length === 32 ? text : text.padStart(8, '0') + baseTail;
  return long.startsWith('0000') && long.endsWith(baseTail) ? long.slice(4, 8) : long;
}
