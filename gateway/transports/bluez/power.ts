import type { BluezDaemon } from './daemon.js';
import { bluezError } from './errors.js';
import { Bluez } from './names.js';

/** The adapter's power. All reject with a coded error. */

export async function setPower(daemon: BluezDaemon, adapter: string, on: boolean): Promise<void> {
  try {
    const power = { name: 'Powered', signature: 'b', to: on };
    await daemon.setProperty(adapter, Bluez.adapter, power);
  } catch (error) {
    throw bluezError(error, false);
  }
}

/** Off and on again: the controller is reset, links and scans end. */
export async function powerCycle(daemon: BluezDaemon, adapter: string): Promise<void> {
  await setPower(daemon, adapter, false);
  await setPower(daemon, adapter, true);
}
