/** Advertising and scan response data (Core 6.0 Vol 3 Part C §11; Core Specification Supplement Part A). */
import type { Uuid } from '@hemma/protocols/device.js';
import type { AdvertisingDefinition } from './gatt-server.js';
import { uuidOctets } from './uuid.js';

/** Room in a legacy advertising packet and in a scan response. */
const room = 31;

const AdType = {
  flags: 0x01,
  complete16: 0x03,
  complete128: 0x07,
  shortenedName: 0x08,
  completeName: 0x09,
  manufacturerData: 0xff,
} as const;

export interface AdvertisingData {
  readonly advertisingData: Uint8Array;
  readonly scanResponse: Uint8Array;
}

/**
 * What does not fit into the advertising packet goes into the scan response, as devices do; the
 * name always goes there and is shortened to the room left. Throws RangeError when the rest does not
 * fit either.
 */
export function advertisingData(definition: AdvertisingDefinition): AdvertisingData {
  const packets: [number[], number[]] = [[], []];
  for (const element of elementsOf(definition)) {
    const packet = packets.find(({ length }) => length + element.length <= room);
    if (packet === undefined) throw new RangeError('more advertised than two packets hold');
    packet.push(...element);
  }
  packets[1].push(...nameElement(definition.name, room - packets[1].length));
  return {
    advertisingData: Uint8Array.from(packets[0]),
    scanResponse: Uint8Array.from(packets[1]),
  };
}

function elementsOf({ flags, services, manufacturerData }: AdvertisingDefinition): number[][] {
  const short = services.filter((uuid) => uuid.length === 4);
  const long = services.filter((uuid) => uuid.length !== 4);
  const elements = [element(AdType.flags, [flags])];
  if (short.length > 0) elements.push(element(AdType.complete16, listed(short)));
  if (long.length > 0) elements.push(element(AdType.complete128, listed(long)));
  if (manufacturerData) elements.push(element(AdType.manufacturerData, [...manufacturerData]));
  return elements;
}

function nameElement(name: string | null, left: number): number[] {
  const octets = new TextEncoder().encode(name ?? '');
  const available = left - 2;
  if (name === null || available < 1) return [];
  if (octets.length <= available) return element(AdType.completeName, [...octets]);
  return element(AdType.shortenedName, [...octets.subarray(0, available)]);
}

function listed(uuids: readonly Uuid[]): number[] {
  return uuids.flatMap((uuid) => [...uuidOctets(uuid)]);
}

function element(type: number, data: readonly number[]): number[] {
  return [data.length + 1, type, ...data];
}
