/** A Bluetooth device address as the medium compares it. */
export interface DeviceAddress {
  /** `AA:BB:CC:DD:EE:FF`. */
  readonly text: string;
  readonly type: 'public' | 'random';
}

/** Throws RangeError for anything that is not six hexadecimal octets with colons. */
export function deviceAddress(text: string, type: DeviceAddress['type'] = 'public'): DeviceAddress {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) throw new RangeError(`no address: ${text}`);
  return { text: text.toUpperCase(), type };
}

export function sameAddress(one: DeviceAddress, other: DeviceAddress): boolean {
  return one.text === other.text && one.type === other.type;
}

/** The six octets in the order of HCI: least significant first (Core 6.0 Vol 4 Part E §5.2). */
export function addressOctets(address: DeviceAddress): Uint8Array {
  return Uint8Array.from(address.text.split(':'), (octet) => Number.parseInt(octet, 16)).reverse();
}

export function addressFromOctets(octets: Uint8Array, type: DeviceAddress['type']): DeviceAddress {
  const text = [...octets].reverse().map((octet) => octet.toString(16).padStart(2, '0'));
  return deviceAddress(text.join(':'), type);
}
