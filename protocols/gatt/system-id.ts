/** System ID (2A23): Device Information Service 1.1 §3.7, an EUI-64 sent little endian. */
import { fromHex, OctetReader, toHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';

/** Hexadecimal in upper case, the company's digits first. */
export interface SystemId {
  readonly systemId: string;
  readonly organizationallyUniqueIdentifier: string;
  readonly manufacturerIdentifier: string;
  /** `AA:BB:CC:DD:EE:FF`; null when the identifier was not made from an address. */
  readonly bluetoothAddress: string | null;
}

const systemIdOctets = 8;
const companyDigits = 6;
/** What the standard puts in the middle of an EUI-64 that was made from a 48-bit address. */
const addressFiller = 'FFFE';

function addressOf(systemId: string): string | null {
  const ownDigits = systemId.slice(companyDigits);
  if (!ownDigits.startsWith(addressFiller)) return null;
  const digits = systemId.slice(0, companyDigits) + ownDigits.slice(addressFiller.length);
  return digits.replace(/..(?!$)/g, '$&:');
}

/** System ID, 2A23; 8 octets. */
export const systemId: Codec<SystemId> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const id = toHex(reader.take(systemIdOctets).toReversed()).toUpperCase();
    reader.end();
    return {
      systemId: id,
      organizationallyUniqueIdentifier: id.slice(0, companyDigits),
      manufacturerIdentifier: id.slice(companyDigits),
      bluetoothAddress: addressOf(id),
    };
  },
  encode(value) {
    const octets = fromHex(value.systemId).toReversed();
    if (octets.length !== systemIdOctets) throw new CodecRefusal('length');
    return octets;
  },
};
