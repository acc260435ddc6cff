import { Bus, busService } from '../transports/bluez/bus.js';
import { bluezError } from '../transports/bluez/errors.js';
import { ObjectMirror } from '../transports/bluez/mirror.js';
import { Bluez } from '../transports/bluez/names.js';
import type { Properties } from '../transports/bluez/mirror.js';
import type { Subject } from './check.js';

/** Why BlueZ says nothing: no message bus, no bluetoothd on it, we may not ask, or it hangs. */
export type Silence = 'no-bus' | 'stopped' | 'denied' | 'stuck';

/** An adapter with the devices that it keeps; both by the name that people use. */
export interface SeenAdapter {
  /** `hci0`. */
  readonly name: string;
  readonly properties: Properties;
  /** By address, in capitals. */
  readonly devices: ReadonlyMap<string, Properties>;
}

/**
 * What bluetoothd keeps, in the order of the adapters' names; or why it does not say. It is asked for
 * its objects and nothing else: an agent of ours would take the place of the running gateway's, and a
 * call to a bluetoothd that does not run would start it.
 */
export async function askBluez({
  clock,
  places,
}: Pick<Subject, 'clock' | 'places'>): Promise<readonly SeenAdapter[] | Silence> {
  const ignored = (): void => undefined;
  const bus = new Bus({ address: places.bus, clock, onSignal: ignored, onClosed: ignored });
  try {
    await bus.open();
    await bus.call({
      ...{ destination: busService, path: '/org/freedesktop/DBus', interface: busService },
      ...{ member: 'GetNameOwner', signature: 's', body: ['org.bluez'] },
    });
    const at = { path: '/', interface: 'org.freedesktop.DBus.ObjectManager' };
    const [managed] = await bus.call({ ...at, member: 'GetManagedObjects' });
    return adaptersIn(managed);
  } catch (error) {
    return silenceOf(error);
  } finally {
    bus.close();
  }
}

function adaptersIn(managed: unknown): readonly SeenAdapter[] {
  const mirror = new ObjectMirror();
  mirror.replace(managed);
  return mirror
    .under('/org/bluez', Bluez.adapter)
    .map(([path, properties]) => ({
      name: path.slice(path.lastIndexOf('/') + 1),
      properties,
      devices: new Map(
        mirror
          .under(path, Bluez.device)
          .map(([, device]) => [String(device['Address']).toUpperCase(), device] as const),
      ),
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function silenceOf(error: unknown): Silence {
  switch (bluezError(error, false).code) {
    case 'bus_unavailable':
      return 'no-bus';
    case 'bluetooth_stopped':
      return 'stopped';
    case 'bluetooth_denied':
      return 'denied';
    default:
      return 'stuck';
  }
}
