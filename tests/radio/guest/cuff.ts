import { device as cuffModel } from '@hemma/protocols/devices/and-ua-651ble.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import { BluezPeripheral } from './bluez-peripheral.js';
import { Bus } from './bus.js';
import { serveHands } from './hands.js';
import { Bluetoothd, Program, adapter, persist } from './system.js';

/** The machine that is the cuff: a virtual device behind a Bluetooth stack and a kernel of its own. */

/** The second serial line of the machine leads to its controller (Core Vol 4 Part A: H4). */
const controller = new Program('btattach', '-B', '/dev/ttyS1', '-P', 'h4', '-N');

/** The kernel asks the controller some dozens of things first. */
const attachWithinMs = 30_000;

const clock = new SystemClock({ trust: 'synced' });
const bus = new Bus();
const bluetoothd = new Bluetoothd(bus);
// BlueZ 5.66 may crash at the device's end when that end hangs up first.
const habits = { leaves: false };
const cuff = createVirtualDevice(cuffModel, { clock, serialNumber: '1', habits });
const peripheral = new BluezPeripheral(bus, adapter, cuff.definition);

/** Resolves with the cuff's address. */
async function start(): Promise<string> {
  bluetoothd.start();
  const address = await persist(attach);
  await persist(() => bus.setProperty(adapter, 'org.bluez.Adapter1', 'Powered', true));
  await peripheral.start();
  cuff.serve(peripheral);
  return address;
}

async function attach(): Promise<string> {
  controller.start();
  try {
    return await bluetoothd.adapter(attachWithinMs);
  } catch (error) {
    await controller.end('SIGTERM');
    throw error;
  }
}

function measure(systolic: number): void {
  const values = [
    { code: 'systolic_bp', value: systolic },
    { code: 'diastolic_bp', value: 80 },
    { code: 'mean_arterial_pressure', value: 95 },
    { code: 'pulse_rate', value: 60 },
  ] as const;
  cuff.record({ kind: 'blood_pressure', values: [...values] });
}

/** Somebody presses its key again. */
function wake(): void {
  if (!peripheral.connected) cuff.wake();
}

const [control = ''] = process.argv.slice(2);
await serveHands('cuff', control, {
  start,
  measure,
  wake,
  state: () => ({
    connected: peripheral.connected,
    visits: cuff.visits,
    pairings: peripheral.pairings,
  }),
});
process.exit(0);
