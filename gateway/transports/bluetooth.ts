import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Roster } from '../roster.js';
import type { Bluetooth, Settings } from '../settings.js';
import { BluezTransport } from './bluez/bluez.js';
import type { PairingPolicy } from './bluez/agent.js';
import type { GattTransport } from './link.js';
import { NobleTransport } from './noble.js';

/** Which radio a gateway uses, and how it comes to it. */

/** BlueZ keeps bonds and is on every Linux with Bluetooth; elsewhere there is noble. */
export function defaultBluetooth(platform: string = process.platform): Exclude<Bluetooth, 'off'> {
  return platform === 'linux' ? 'bluez' : 'noble';
}

interface Context {
  readonly clock: Clock;
  readonly log: Log;
}

/** The transport that the settings name; null when the home has no use for a radio. */
export function radioOf(
  settings: Settings,
  roster: Roster,
  context: Context,
): GattTransport | null {
  const bluetooth = settings.bluetooth ?? defaultBluetooth();
  if (bluetooth === 'off' || !roster.hasRadioDevices) return null;
  if (bluetooth === 'noble')
    return new NobleTransport({ library: settings.noble.library, ...context });
  return bluezOf(settings, homePolicy(roster), context);
}

/** BlueZ with the adapter of the settings. */
export function bluezOf(
  { bluez }: Pick<Settings, 'bluez'>,
  policy: PairingPolicy,
  context: Context & { readonly rescanMs?: number },
): BluezTransport {
  const adapter = bluez.adapter === undefined ? {} : { adapter: bluez.adapter };
  return new BluezTransport({ ...context, ...adapter, policy });
}

/** A running gateway lets its own devices ask for their bond again, and has nobody who types. */
function homePolicy(roster: Roster): PairingPolicy {
  return {
    capability: 'NoInputNoOutput',
    mayBond: (address) => roster.has(address),
    passkey: () => Promise.resolve(null),
  };
}
