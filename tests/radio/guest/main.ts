import { setTimeout as sleep } from 'node:timers/promises';
import { device as cuffModel } from '@hemma/protocols/devices/and-ua-651ble.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import { BluezPeripheral } from './bluez-peripheral.js';
import { Bus } from './bus.js';
import { Gateway } from './gateway.js';
import { Bluetoothd, addresses, hosts, keptKey, until } from './system.js';

/**
 * One story of a home, told by the machine line by line: `result NAME JSON`. What the lines must say is
 * asked by the test outside; here is only waited for.
 */

const clock = new SystemClock({ trust: 'synced' });
const bus = new Bus();
const bluetoothd = new Bluetoothd(bus);
// A session with rubbish or without a bond would be waited after for ten minutes.
const gateway = new Gateway(clock, { ...cuffModel, reconnectPauseMs: 1_000 });
const cuff = createVirtualDevice(cuffModel, {
  ...{ clock, serialNumber: '1', address: addresses.device },
});
const peripheral = new BluezPeripheral(bus, hosts.device, cuff.definition);
function tell(name: string, result: unknown): void {
  process.stdout.write(`result ${name} ${JSON.stringify(result)}\n`);
  process.stdout.write(`time ${Math.round(performance.now() / 1_000)} s\n`);
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
async function awake<T>(work: () => Promise<T>): Promise<T> {
  const waking = setInterval(() => peripheral.connected || cuff.wake(), 20_000);
  try {
    return await work();
  } finally {
    clearInterval(waking);
  }
}

async function arrives(systolic: number, withinS: number): Promise<void> {
  await awake(() =>
    until(`${systolic} in the outbox`, withinS, () => gateway.pressures().includes(systolic)),
  );
}

const visitEnds = (): Promise<void> =>
  until('the end of the visit', 60, () => !peripheral.connected);

/** On the bench, before the box goes out: the cuff is in pairing mode; a try that fails is repeated. */
async function pair(): Promise<void> {
  cuff.wake();
  await awake(() =>
    until('a bond', 120, async () => {
      try {
        await gateway.transport.pair(addresses.device);
        return true;
      } catch (error) {
        process.stdout.write(`pairing: ${String(error)}\n`);
        await sleep(2_000);
        return false;
      }
    }),
  );
}

async function bond(): Promise<void> {
  await pair();
  measure(121);
  await arrives(121, 90);
  await visitEnds();
  tell('bond', { pressures: gateway.pressures(), hasKey: keptKey() !== null });
}

async function reconnect(): Promise<void> {
  const [before, asked] = [keptKey(), peripheral.pairings];
  measure(122);
  await arrives(122, 90);
  await visitEnds();
  const sameKey = before !== null && keptKey() === before;
  const pairings = peripheral.pairings - asked;
  tell('reconnect', { pressures: gateway.pressures(), sameKey, pairings });
}

async function startAgain(): Promise<void> {
  await bluetoothd.kill();
  // As long as systemd waits.
  await sleep(1_000);
  await bluetoothd.start();
  await peripheral.register();
}

/** bluetoothd dies in the middle of a visit and is started again, as systemd would. */
async function restart(): Promise<void> {
  const before = keptKey();
  for (const systolic of [131, 132, 133, 134, 135, 136]) measure(systolic);
  await arrives(131, 90);
  const midway = gateway.pressures();
  await startAgain();
  cuff.wake();
  await arrives(136, 120);
  await visitEnds();
  tell('restart', { midway, pressures: gateway.pressures(), sameKey: keptKey() === before });
}

/**
 * The gateway's end forgets the bond, as when its card was changed, and the cuff's does not. The other way
 * round cannot be shown here: with both ends in one kernel, a link whose key is missing at the far end stops
 * Linux 6.1 at a bug in hci_chan_del.
 */
async function forgotten(): Promise<void> {
  await gateway.transport.forget(addresses.device);
  const [before, visits] = [gateway.sessions.length, cuff.visits];
  measure(141);
  await awake(async () => {
    await until('a session', 90, () => gateway.sessions.length > before);
    // Long enough for a gateway that would try again and again.
    await sleep(20_000);
  });
  tell('forgotten', {
    sessions: [...new Set(gateway.sessions.slice(before))],
    visits: cuff.visits - visits,
    pressures: gateway.pressures(),
    hasKey: keptKey() !== null,
  });
}

await bluetoothd.start();
tell('started', { adapters: Object.keys(hosts).length });
await peripheral.start();
cuff.serve(peripheral);
await gateway.start();
try {
  for (const story of [bond, reconnect, restart, forgotten]) await story();
} finally {
  process.stdout.write(`sessions ${JSON.stringify(gateway.sessions)}\n`);
  await gateway.stop();
  await bluetoothd.kill();
}
process.exit(0);
