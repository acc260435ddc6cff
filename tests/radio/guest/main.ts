import { setTimeout as sleep } from 'node:timers/promises';
import { device as cuffModel } from '@hemma/protocols/devices/and-ua-651ble.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import { BluezPeripheral } from './bluez-peripheral.js';
import { Bus } from './bus.js';
import { Bluetoothd, Gateway, addresses, bondsOfDevice, hosts, keptKey, until } from './system.js';

/**
 * One story of a home, told by the machine line by line: `result NAME JSON`. What the lines must say is
 * asked by the test outside; here is only waited for.
 */

const clock = new SystemClock({ trust: 'synced' });
const bus = new Bus();
const bluetoothd = new Bluetoothd(bus);
const gateway = new Gateway();
const cuff = createVirtualDevice(cuffModel, {
  ...{ clock, serialNumber: '1', address: addresses.device },
  habits: { sends: 'unsent' },
});
const peripheral = new BluezPeripheral(bus, hosts.device, cuff.definition);

function tell(name: string, result: unknown): void {
  const at = Math.round(performance.now() / 100) / 10;
  process.stdout.write(`result ${name} ${JSON.stringify(result)}\n`);
  process.stdout.write(`time ${at} s\n`);
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

/** Keeps the cuff awake, as somebody does who presses its key again. */
async function arrives(systolic: number, withinS: number): Promise<void> {
  const waking = setInterval(() => peripheral.connected || cuff.wake(), 30_000);
  try {
    await until(`${systolic} in the outbox`, withinS, () => gateway.pressures().includes(systolic));
  } finally {
    clearInterval(waking);
  }
}

async function bond(): Promise<void> {
  measure(121);
  await arrives(121, 120);
  await until('the end of the visit', 30, () => !peripheral.connected);
  tell('bond', { pressures: gateway.pressures(), hasKey: keptKey() !== null });
}

async function reconnect(): Promise<void> {
  const [before, asked] = [keptKey(), peripheral.pairings];
  measure(122);
  await arrives(122, 90);
  await until('the end of the visit', 30, () => !peripheral.connected);
  const sameKey = before !== null && keptKey() === before;
  const pairings = peripheral.pairings - asked;
  tell('reconnect', { pressures: gateway.pressures(), sameKey, pairings });
}

/** bluetoothd dies in the middle of a visit and is started again, as systemd would. */
async function restart(): Promise<void> {
  const before = keptKey();
  cuff.faults.cutAfterValues = null;
  for (const systolic of [131, 132, 133, 134, 135, 136]) measure(systolic);
  await arrives(131, 90);
  const midway = gateway.pressures();
  await bluetoothd.kill();
  await sleep(1_000);
  await bluetoothd.start();
  await peripheral.register();
  cuff.wake();
  await arrives(136, 150);
  tell('restart', { midway, pressures: gateway.pressures(), sameKey: keptKey() === before });
}

/** The cuff has lost its batteries, and its bond with them. */
async function forgotten(): Promise<void> {
  await until('the end of the visit', 60, () => !peripheral.connected);
  await peripheral.forget();
  const [seen, sessions] = [gateway.codes().length, cuff.visits];
  measure(141);
  const waking = setInterval(() => peripheral.connected || cuff.wake(), 20_000);
  await until('a code', 90, () => gateway.codes().length > seen);
  // Long enough for a gateway that would try again and again.
  await sleep(40_000);
  clearInterval(waking);
  tell('forgotten', {
    codes: gateway.codes().slice(seen),
    visits: cuff.visits - sessions,
    bondsOfDevice: bondsOfDevice().length,
    pressures: gateway.pressures(),
  });
}

await bluetoothd.start();
tell('started', { adapters: Object.keys(hosts).length });
await peripheral.start();
cuff.serve(peripheral);
gateway.start();
try {
  for (const story of [bond, reconnect, restart, forgotten]) await story();
} finally {
  await gateway.stop();
  await bluetoothd.kill();
}
process.exit(0);
