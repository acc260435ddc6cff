import { describe, expect, it } from 'vitest';
import { startInfluxd } from '../../tooling/testkit/influxd.js';
import { requires } from '../../tooling/testkit/requires.js';
import { dropDatabase, pointsIn, pointsOf } from '../support/influx-points.js';
import { journalled, measurementOf, Patient, sorted } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/** InfluxDB is a projection: it may be away for any time, and be filled anew; docs/adr/0005. */

const suite = 'receipts without InfluxDB, and filling it later';
const perDevice = 40;
const database = 'hemma';
const patienceMs = 60_000;
/** The follower tries again every 30 s at the latest. */
const catchUpMs = 90_000;

describe.skipIf(!requires('influxd', suite))(suite, () => {
  it('gives receipts while it is away, catches up by itself, and rebuilds the same points', async () => {
    const system = new TestSystem();
    const { cloud, radio } = system;
    const influxd = system.endsWithTest(await startInfluxd());
    await influxd.halt();
    const devices = [
      radio.place('generic-glucose-meter'),
      radio.place('generic-blood-pressure', { sends: 'all' }),
      radio.place('generic-pulse-oximeter'),
    ];
    await system.start({ trends: `${influxd.url}/${database}` });
    const gateway = await system.gateway('gw-home');
    const patient = new Patient();
    for (const device of devices) for (let i = 0; i < perDevice; i += 1) patient.measure(device);
    await gateway.daemon.start();

    const all = patient.recorded.length;
    await expect.poll(() => cloud.journalCount(), { timeout: patienceMs }).toBe(all);
    await expect.poll(() => cloud.log, { timeout: patienceMs }).toContain('trends_unavailable');
    expect(await gateway.daemon.stop()).toBe(0);
    expect(gateway.ledger()).toEqual({ last: all, handled: all });
    expect(sorted(journalled(cloud.journal()))).toEqual(sorted(patient.recorded));

    await influxd.resume();
    const expected = pointsOf(cloud.journal().map(measurementOf));
    await expect
      .poll(() => pointsIn(influxd.url, database), { timeout: catchUpMs, interval: 1_000 })
      .toEqual(expected);

    await dropDatabase(influxd.url, database);
    expect(await cloud.command('rebuild')).toEqual({
      measurements: all,
      points: expected.length,
    });
    expect(await pointsIn(influxd.url, database)).toEqual(expected);
  });
});
