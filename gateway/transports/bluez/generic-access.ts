import { OctetWriter } from '@hemma/protocols/bytes.js';
import type { Uuid } from '@hemma/protocols/device.js';
import type { Properties } from './mirror.js';

/**
 * Generic Access (Core 6.0 Vol 3 Part C §12). bluetoothd reads this service by itself and shows it to
 * nobody (`profiles/gap/gas.c`); what it has read stands in Device1.
 */

const deviceName: Uuid = '2a00';
const appearance: Uuid = '2a01';

/**
 * What can be read, told or not yet: every device has a name, which bluetoothd may read only after
 * the services are resolved. An appearance of 0, unknown, is never told.
 */
export function offeredBy(device: Properties | undefined): readonly Uuid[] {
  return typeof device?.['Appearance'] === 'number' ? [deviceName, appearance] : [deviceName];
}

/** The octets as the device has them; null while bluetoothd has not told. */
export function toldBy(device: Properties | undefined, characteristic: Uuid): Uint8Array | null {
  const { Name: name, Appearance: look } = device ?? {};
  if (characteristic === deviceName && typeof name === 'string')
    return new TextEncoder().encode(name);
  if (characteristic === appearance && typeof look === 'number')
    return new OctetWriter().uint16(look).octets();
  return null;
}
