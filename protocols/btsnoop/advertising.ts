/** What devices advertise, out of the reports of a controller (Core 6.0 Vol 4 Part E §7.7.65.2, §7.7.65.13). */
import { OctetReader, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { Uuid } from '../device.js';
import type { TraceAdvertisement } from '../trace/format.js';
import { uuidOf } from './uuid.js';

/** Devices in reach during a day of a phone's recording; what comes later is not remembered. */
const maxAdvertisers = 10_000;
/** Services one device is remembered by. */
const maxServices = 64;
/** The longest name a device may have (Core 6.0 Vol 3 Part C §12.1). */
const maxNameOctets = 248;

/** Types of advertising data (Assigned Numbers §2.3). */
const AdType = { shortName: 0x08, name: 0x09, manufacturer: 0xff } as const;
const uuidLengths: ReadonlyMap<number, number> = new Map([
  [0x02, 2],
  [0x03, 2],
  [0x04, 4],
  [0x05, 4],
  [0x06, 16],
  [0x07, 16],
]);

const addressOctets = 6;
/** RSSI behind the data of a legacy report. */
const trailerOctets = 1;
/** Between the address and the data length of an extended report. */
const extendedFieldOctets = 14;

interface Heard {
  name: string | null;
  readonly services: Set<Uuid>;
  manufacturerData: Uint8Array | null;
}

/** `AA:BB:CC:DD:EE:FF` from its octets as HCI has them, least significant first. */
export function addressOf(octets: Uint8Array): string {
  const pairs = [...octets].reverse().map((octet) => octet.toString(16).padStart(2, '0'));
  return pairs.join(':').toUpperCase();
}

/** Everything heard of every device, put together: a name often comes in another packet. */
export class Advertisers {
  readonly #heard = new Map<string, Heard>();

  /** What a device said so far; null for one that was never heard. */
  of(address: string | null): TraceAdvertisement | null {
    const heard = address === null ? undefined : this.#heard.get(address);
    if (heard === undefined) return null;
    const { name, services, manufacturerData } = heard;
    return {
      name,
      services: [...services],
      manufacturerData: manufacturerData === null ? null : toHex(manufacturerData),
    };
  }

  /** LE Advertising Report behind its subevent code. */
  legacyReports(reader: OctetReader): void {
    for (let left = reader.uint8(); left > 0; left -= 1) {
      reader.take(2);
      const address = addressOf(reader.take(addressOctets));
      const data = reader.take(reader.uint8());
      this.#hear(address, data);
      reader.take(trailerOctets);
    }
  }

  /** LE Extended Advertising Report behind its subevent code. */
  extendedReports(reader: OctetReader): void {
    for (let left = reader.uint8(); left > 0; left -= 1) {
      reader.take(3);
      const address = addressOf(reader.take(addressOctets));
      reader.take(extendedFieldOctets);
      this.#hear(address, reader.take(reader.uint8()));
    }
  }

  #hear(address: string, data: Uint8Array): void {
    const heard = this.#heard.get(address) ?? {
      name: null,
      services: new Set(),
      manufacturerData: null,
    };
    if (this.#heard.size >= maxAdvertisers && !this.#heard.has(address)) return;
    this.#heard.set(address, heard);
    try {
      for (const { type, value } of structures(data)) take(heard, type, value);
    } catch (error) {
      // Devices do send data that is cut off; what came before it counts.
      if (!(error instanceof CodecRefusal)) throw error;
    }
  }
}

/** The structures of advertising data (Core 6.0 Vol 3 Part C §11): length, type, value. */
function* structures(data: Uint8Array): Generator<{ type: number; value: Uint8Array }> {
  const reader = new OctetReader(data);
  while (reader.remaining > 0) {
    const length = reader.uint8();
    if (length === 0) return; // early termination: the rest is padding
    const type = reader.uint8();
    yield { type, value: reader.take(length - 1) };
  }
}

function take(heard: Heard, type: number, value: Uint8Array): void {
  const isShort = type === AdType.shortName;
  if (type === AdType.name || (isShort && heard.name === null)) {
    const text = new TextDecoder().decode(value.subarray(0, maxNameOctets));
    heard.name = text.replace(/\0+$/, ''); // some devices pad it
  }
  if (type === AdType.manufacturer) heard.manufacturerData = value;
  const length = uuidLengths.get(type);
  if (length === undefined) return;
  for (let at = 0; at + length <= value.length && heard.services.size < maxServices; at += length) {
    heard.services.add(uuidOf(value.subarray(at, at + length)));
  }
}
