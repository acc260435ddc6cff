import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startInfluxd } from '../../tooling/testkit/influxd.js';
import { startMosquitto } from '../../tooling/testkit/mosquitto.js';
import { requires } from '../../tooling/testkit/requires.js';
import { lastLinkOf } from '../support/chain.js';
import { cutUntil, killAll, shuffled } from '../support/chaos.js';
import type { Victim } from '../support/chaos.js';
import type { Daemon } from '../support/daemon.js';
import { pointsIn, pointsOf } from '../support/influx-points.js';
import { CuttableLink } from '../support/link.js';
import { freePort } from '../support/ports.js';
import { seeded, seedFor } from '../support/random.js';
import type { PlacedDevice, TestRadio } from '../support/radio.js';
import { journalled, measurementOf, Patient, sorted } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/**
 * Gateway, cloud, broker and InfluxDB are killed again and again while devices are read and the
 * link is cut; then all is left alone. Every reading has to be in the journal, once.
 */

const suite = 'nothing is lost or doubled while everything is killed';
const canRun = [requires('mosquitto', suite), requires('influxd', suite)].every(Boolean);

const readings = 2_000;
const gatewayId = 'gw-home';
const kills = { gateway: 14, cloud: 12, broker: 8, influxd: 8 };
/** By then everything has to be where it belongs; the longest wait inside is 40 s for a receipt. */
const settleMs = 180_000;
/** After the last reading has come: time for devices to be read once more, and for its receipt. */
const readAgainMs = 12_000;

/** Eight devices whose memory outlives a gateway: read by request, or sent whole at every visit. */
function placeDevices(radio: TestRadio): readonly PlacedDevice[] {
  return [
    radio.place('generic-glucose-meter'),
    radio.place('generic-glucose-meter', { order: 'newest-first' }),
    radio.place('generic-glucose-meter', { contexts: 'last' }),
    radio.place('generic-pulse-oximeter'),
    radio.place('nonin-3230'),
    radio.place('generic-blood-pressure', { sends: 'all' }),
    radio.place('generic-weight-scale', { sends: 'all' }),
    radio.place('generic-thermometer', { sends: 'all' }),
  ];
}

interface Server {
  halt(signal: NodeJS.Signals): Promise<void>;
  resume(): Promise<void>;
}

function server(name: string, times: number, it: Server): Victim {
  return { name, times, kill: () => it.halt('SIGKILL'), start: () => it.resume() };
}

function program(name: string, times: number, daemon: Daemon): Victim {
  return {
    name,
    times,
    kill: async () => {
      expect(daemon.running, `${name} ended by itself`).toBe(true);
      await daemon.kill();
    },
    start: () => daemon.start(false),
  };
}

describe.skipIf(!canRun)(suite, () => {
  it(`journals ${readings} readings exactly once`, async () => {
    const startedMs = Date.now();
    const random = seeded(seedFor('nothing-lost'));
    const system = new TestSystem();
    const { cloud, radio } = system;

    await cloud.configure();
    await cloud.addPatient();
    const secret = await cloud.addGateway(gatewayId);
    const broker = system.endsWithTest(
      await startMosquitto((folder) => cloud.mosquittoFiles(folder)),
    );
    const influxd = system.endsWithTest(await startInfluxd());
    await cloud.configure({ broker: broker.url, trends: `${influxd.url}/hemma` });
    const link = new CuttableLink(Number(new URL(broker.url).port));
    const linkPort = await freePort();
    await link.listen(linkPort);
    system.endsWithTest({ stop: () => link.close() });

    const devices = placeDevices(radio);
    await radio.start();
    const path = `mqtt://127.0.0.1:${linkPort}`;
    const gateway = await system.gateway(gatewayId, { secret, broker: path });
    await cloud.daemon.start(false);
    await gateway.daemon.start();

    const order = shuffled(
      [
        program('gateway', kills.gateway, gateway.daemon),
        program('cloud', kills.cloud, cloud.daemon),
        server('broker', kills.broker, broker),
        server('influxd', kills.influxd, influxd),
      ],
      random,
    );
    let told = 0;
    for (const { peripheral } of devices) peripheral.onReadingSent(() => (told += 1));
    const patient = new Patient();
    const measureUpTo = (count: number): void => {
      while (patient.recorded.length < count)
        patient.measure(devices[patient.recorded.length % devices.length]!);
      radio.wake();
    };
    const calm = new AbortController();
    const cutting = cutUntil(link, random, calm.signal);
    await killAll(order, random, (nth) =>
      measureUpTo(Math.ceil((readings * (nth + 1)) / order.length)),
    );
    calm.abort();
    await cutting;
    const chaosMs = Date.now() - startedMs;

    await settled(system, readings);
    expect(gateway.daemon.running && cloud.daemon.running, 'nothing ended by itself').toBe(true);
    expect(await gateway.daemon.stop()).toBe(0);
    expect(gateway.ledger()).toEqual({ last: readings, handled: readings });

    const rows = cloud.journal();
    expect(new Set(sorted(patient.recorded).map((one) => JSON.stringify(one))).size).toBe(readings);
    expect(sorted(journalled(rows))).toEqual(sorted(patient.recorded));
    await expect
      .poll(() => pointsIn(influxd.url, 'hemma'), { timeout: settleMs, interval: 2_000 })
      .toEqual(pointsOf(rows.map(measurementOf)));
    expect(await cloud.gaps(gatewayId)).toEqual([]);
    expect(await cloud.refused()).toEqual({ rows: [], malformed: [] });

    const [mark, ...others] = cloud.marks();
    expect(others, 'one outbox, one ledger').toEqual([]);
    expect(mark).toMatchObject({ gateway: gatewayId, upTo: readings, link: lastLinkOf(rows) });

    const count = Object.entries(kills).map(([name, times]) => `${name} ${times}`);
    expect(order.length).toBeGreaterThanOrEqual(40);
    expect(link.cuts).toBeGreaterThanOrEqual(3);
    process.stdout.write(
      `nothing-lost: ${readings} readings, told ${told} times; killed ${count.join(', ')}; link cut ${link.cuts} ` +
        `times; ${Math.round(chaosMs / 1_000)} s of that, settled after ` +
        `${Math.round((Date.now() - startedMs - chaosMs) / 1_000)} s more\n`,
    );
  });
});

/** Keys are pressed now and then, also when all has come: then nothing may come twice. */
async function settled({ cloud, radio }: TestSystem, count: number): Promise<void> {
  const press = setInterval(() => radio.wake(), 1_000);
  try {
    await expect
      .poll(() => cloud.journalCount(), { timeout: settleMs, interval: 500 })
      .toBeGreaterThanOrEqual(count);
    await sleep(readAgainMs);
  } finally {
    clearInterval(press);
  }
}
