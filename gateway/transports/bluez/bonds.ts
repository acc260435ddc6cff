import { bluezError } from './errors.js';
import type { BluezDaemon } from './daemon.js';
import type { Change } from './mirror.js';
import { Bluez } from './names.js';

/** What BlueZ keeps of bonds. */

export interface Bond {
  readonly address: string;
  readonly name: string | null;
  readonly trusted: boolean;
  readonly connected: boolean;
}

/** The bonds that an adapter keeps, in the order of their addresses. */
export function bondsOf({ mirror }: BluezDaemon, adapter: string): Bond[] {
  return mirror
    .under(adapter, Bluez.device)
    .filter(([, device]) => device['Paired'] === true)
    .map(([, { Address: address, Name: name, Trusted: trusted, Connected: connected }]) => ({
      address: String(address).toUpperCase(),
      name: typeof name === 'string' ? name : null,
      trusted: trusted === true,
      connected: connected === true,
    }))
    .sort((one, other) => one.address.localeCompare(other.address));
}

/** Removes the device with its key. Rejects with a coded error. */
export async function forgetDevice(daemon: BluezDaemon, path: string): Promise<void> {
  const adapter = path.slice(0, path.lastIndexOf('/'));
  const at = { path: adapter, interface: Bluez.adapter, member: 'RemoveDevice' };
  try {
    await daemon.call({ ...at, signature: 'o', body: [path] });
  } catch (error) {
    throw bluezError(error, false);
  }
}

/** Whether a change of a device tells that a bond was made or is gone. */
export function isOfBond({ kind, changed }: Change): boolean {
  return kind === 'removed' || changed['Paired'] !== undefined;
}
