import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import type { PlacedDevice } from '../support/radio.js';
import { journalled, measurementOf, Patient, sorted } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/** Identity by content, seen from outside: docs/adr/0002. */

const perDevice = 12;
/** A session, the pause that the gateway leaves a device alone, and a slow machine. */
const visitMs = 60_000;

/** How often a central has stayed until the device had told its whole memory. */
class Visits {
  readonly #whole = new Map<PlacedDevice, number>();

  constructor(devices: readonly PlacedDevice[]) {
    for (const device of devices) {
      this.#whole.set(device, 0);
      this.#watch(device);
    }
  }

  get fewest(): number {
    return Math.min(...this.#whole.values());
  }

  /** A visit counts when as many values went out as the device has records. */
  #watch(device: PlacedDevice): void {
    const { peripheral, virtual } = device;
    const size = (): number => virtual.store.all().length;
    let sent = 0;
    peripheral.onConnected(() => (sent = 0));
    peripheral.onReadingSent(() => {
      sent += 1;
      if (sent === size()) this.#whole.set(device, (this.#whole.get(device) ?? 0) + 1);
    });
  }
}

describe('one memory, two gateways', () => {
  it('gives one record each after many readings and a clock change, and keeps equal ones apart', async () => {
    const system = new TestSystem();
    const { cloud, radio } = system;
    const devices = [
      radio.place('generic-blood-pressure', { sends: 'all' }),
      radio.place('generic-weight-scale', { sends: 'all' }),
      radio.place('generic-pulse-oximeter'),
    ];
    await system.start();
    const near = await system.gateway('gw-kitchen');
    const far = await system.gateway('gw-bedroom');
    const patient = new Patient();
    for (const device of devices) for (let i = 0; i < perDevice; i += 1) patient.measure(device);

    const visits = new Visits(devices);
    const readBy = async (gateway: GatewayProcess, times: number): Promise<void> => {
      const wanted = visits.fewest + times;
      await gateway.daemon.start();
      const press = setInterval(() => radio.wake(), 1_000);
      try {
        await expect
          .poll(() => visits.fewest, { timeout: times * visitMs, interval: 200 })
          .toBeGreaterThanOrEqual(wanted);
      } finally {
        clearInterval(press);
      }
      // The last value is on its way; a gateway stops with what it has taken in hand.
      await sleep(1_000);
      expect(await gateway.daemon.stop()).toBe(0);
    };
    await readBy(near, 2);
    await readBy(far, 2);
    for (const { virtual } of devices) virtual.deviceClock.set('2021-05-04T03:02:01');
    const changedMs = Date.now();
    for (const device of devices) patient.measureNow(device);
    await readBy(near, 1);
    await readBy(far, 1);
    expect(visits.fewest).toBeGreaterThanOrEqual(6);

    for (const gateway of [near, far]) {
      const { last, handled } = gateway.ledger();
      expect({ last, handled }).toEqual({ last: patient.recorded.length, handled: last });
    }
    expect(sorted(journalled(cloud.journal()))).toEqual(sorted(patient.recorded));
    const late = cloud.journal().map(measurementOf).filter(isFrom('2021'));
    expect(late).toHaveLength(devices.length);
    for (const { time } of late) {
      const { measuredAt, uncertaintyMs } = time;
      expect(Math.abs(measuredAt - changedMs)).toBeLessThanOrEqual(uncertaintyMs + 1_000);
      expect(uncertaintyMs).toBeLessThan(60_000);
    }
    expect(await cloud.refused()).toEqual({ rows: [], malformed: [] });
    expect(twinsIn(patient)).toBeGreaterThanOrEqual(devices.length * 3);
  });
});

const isFrom =
  (year: string) =>
  ({ time }: Measurement): boolean =>
    time.device?.startsWith(year) ?? false;

/** Readings with the same content as the one before but for the device's time, 40 s later. */
function twinsIn(patient: Patient): number {
  return patient.recorded.filter(({ device, deviceTime, values }) =>
    patient.recorded.some(
      (other) =>
        other.device === device &&
        other.values === values &&
        secondsBetween(other.deviceTime, deviceTime) === 40,
    ),
  ).length;
}

function secondsBetween(earlier: string | null, later: string | null): number {
  return (Date.parse(`${later ?? ''}Z`) - Date.parse(`${earlier ?? ''}Z`)) / 1_000;
}
