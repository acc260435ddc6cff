/** UUIDs between the text of the device files and the octets on air (least significant first). */
import { fromHex, toHex } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import type { Uuid } from '@hemma/protocols/device.js';

/** The Bluetooth base UUID without its first 32 bits (Core 6.0 Vol 3 Part B §2.5.1). */
const baseTail = '00001000800000805f9b34fb';

export function uuidOctets(uuid: Uuid): Uint8Array {
  if (!/^([0-9a-f]{4}|[0-9a-f]{32})$/.test(uuid)) throw new RangeError(`no UUID: ${uuid}`);
  return fromHex(uuid).reverse();
}

/** The shortest text: an assigned UUID in its long form becomes four digits again. */
export function uuidFromOctets(octets: Uint8Array): Uuid {
  if (octets.length !== 2 && octets.length !== 16) throw new CodecRefusal('length');
  const text = toHex(Uint8Array.from(octets).reverse());
  return text.startsWith('0000') && text.endsWith(baseTail) ? text.slice(4, 8) : text;
}
