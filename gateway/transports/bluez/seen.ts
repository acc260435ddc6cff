import { Bus, busService, systemBusAddress } from './bus.js';
import { bluezError } from './errors.js';
import { ObjectMirror } from './mirror.js';
import { Bluez } from './names.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { SeenAdapter, Silence } from '../../doctor/bluez.js';

/**
 * What bluetoothd keeps, in the order of the adapters' names; or why it does not say. It is asked for
 * its objects and nothing else: an agent of ours would take the place of the running gateway's, and a
 * call to a bluetoothd that does not run would start it.
 */
export async function askBluez(
  clock: Clock,
  address = systemBusAddress(),
): Promise<readonly SeenAdapter[] | Silence> {
  const ignored = (): void => undefined;
  const bus = new Bus({ address, clock, onSignal: ignored, onClosed: ignored });
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
