/** What BlueZ takes from advertising and scan response data (Core Specification Supplement Part A). */
import { Variant } from '@jellybrick/dbus-next';
import { uuidFromOctets } from '../radio/uuid.js';

const AdType = { complete16: 0x03, complete128: 0x07, shortName: 0x08, name: 0x09, maker: 0xff };

/** As BlueZ writes them: always the long form. */
export function longUuid(uuid: string): string {
  const whole = uuid.length === 4 ? `0000${uuid}00001000800000805f9b34fb` : uuid;
  return whole.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Properties of Device1 that the data tells; the UUIDs add to those that are known. */
export function heardProperties(
  data: Uint8Array,
  knownUuids: readonly string[],
): Record<string, Variant> {
  const found: Record<string, Variant> = {};
  for (const { type, octets } of elements(data)) {
    if (type === AdType.shortName || type === AdType.name) {
      const name = new TextDecoder().decode(octets);
      found['Name'] = new Variant('s', name);
      found['Alias'] = new Variant('s', name);
    }
    const width = type === AdType.complete16 ? 2 : type === AdType.complete128 ? 16 : 0;
    if (width > 0) {
      const uuids = chunks(octets, width).map((chunk) => longUuid(uuidFromOctets(chunk)));
      found['UUIDs'] = new Variant('as', [...new Set([...knownUuids, ...uuids])]);
    }
    if (type === AdType.maker && octets.length >= 2) {
      const [low = 0, high = 0] = octets;
      const rest = new Variant('ay', Buffer.from(octets.subarray(2)));
      found['ManufacturerData'] = new Variant('a{qv}', { [low | (high << 8)]: rest });
    }
  }
  return found;
}

function elements(data: Uint8Array): { type: number; octets: Uint8Array }[] {
  const found: { type: number; octets: Uint8Array }[] = [];
  for (let at = 0; at < data.length;) {
    const length = data[at] ?? 0;
    if (length === 0) break;
    found.push({ type: data[at + 1] ?? 0, octets: data.subarray(at + 2, at + 1 + length) });
    at += length + 1;
  }
  return found;
}

function chunks(octets: Uint8Array, width: number): Uint8Array[] {
  const count = Math.floor(octets.length / width);
  return Array.from({ length: count }, (_, i) => octets.subarray(i * width, (i + 1) * width));
}
