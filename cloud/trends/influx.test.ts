import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { startInfluxd } from '../../tooling/testkit/influxd.js';
import type { Influxd } from '../../tooling/testkit/influxd.js';
import { requires } from '../../tooling/testkit/requires.js';
import { influxTime } from './influx-points.js';
import { InfluxTrends } from './influx.js';
import { trendsContract } from './trends.contract.js';

const all = { patient: 'p-00000001', fromMs: 0, toMs: someMorning + 1_000, limit: 10 };

if (requires('influxd', 'trends in InfluxDB')) {
  trendsContract('InfluxDB', async () => {
    const server = await startInfluxd();
    const trends = new InfluxTrends({ url: server.url, database: 'hemma contract' });
    return { trends, close: () => server.stop() };
  });

  describe('trends in an InfluxDB that comes and goes', () => {
    let server: Influxd;
    beforeAll(async () => {
      server = await startInfluxd();
    }, 40_000);
    afterAll(() => server.stop());

    it('says that the store is unavailable while it is down, and goes on by itself after', async () => {
      const trends = new InfluxTrends({ url: server.url, database: 'hemma' });
      await trends.write([aMeasurement()]);
      await server.halt();
      const down = { code: 'trends_unavailable', class: 'transient' };
      await expect(trends.write([aMeasurement()])).rejects.toMatchObject(down);
      await expect(trends.read({ ...all, code: 'systolic_bp' })).rejects.toMatchObject(down);
      await expect(trends.count()).rejects.toMatchObject(down);
      await server.resume();
      await trends.write([aMeasurement()]);
      expect(await trends.count()).toBe(4);
    }, 40_000);

    it('makes its database again when somebody dropped it', async () => {
      const trends = new InfluxTrends({ url: server.url, database: 'dropped' });
      await trends.write([aMeasurement()]);
      await query('DROP DATABASE "dropped"');
      const gone = { code: 'trends_unavailable' };
      await expect(trends.write([aMeasurement()])).rejects.toMatchObject(gone);
      await trends.write([aMeasurement()]);
      expect(await trends.count()).toBe(2);
      await query('DROP DATABASE "dropped"');
      const read = { ...all, code: 'systolic_bp' } as const;
      await expect(trends.read(read)).rejects.toMatchObject(gone);
      expect((await trends.read(read)).items).toEqual([]);
    });

    it('says that a point is refused for ever when its type does not fit what is stored', async () => {
      const trends = new InfluxTrends({ url: server.url, database: 'conflict' });
      await trends.count();
      const body = `spo2 value="x" ${someMorning}`;
      await fetch(`${server.url}/write?db=conflict&precision=ms`, { method: 'POST', body });
      const write = trends.write([aMeasurement({ values: { spo2: 95 } })]);
      await expect(write).rejects.toMatchObject({ code: 'trends_refused', class: 'permanent' });
    });

    /** Reads the answer to its end: its head comes before the work is done. */
    const query = async (text: string): Promise<string> => {
      const address = `${server.url}/query?q=${encodeURIComponent(text)}`;
      return (await fetch(address, { method: 'POST' })).text();
    };
  });
}

describe('what an InfluxDB answers decides whether to try again', () => {
  it.each([
    [400, 'trends_refused'],
    [413, 'trends_refused'],
    [401, 'trends_unavailable'],
    [403, 'trends_unavailable'],
    [404, 'trends_unavailable'],
    [429, 'trends_unavailable'],
    [500, 'trends_unavailable'],
    [503, 'trends_unavailable'],
  ])('status %i is %s', async (status, code) => {
    const server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith('/write') === true ? status : 200;
      response.end('{"results":[{}]}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // a TCP server has no other address
    const trends = new InfluxTrends({ url: `http://127.0.0.1:${port}`, database: 'hemma' });
    await expect(trends.write([aMeasurement()])).rejects.toMatchObject({ code });
    server.close();
  });
});

describe('the time of a point', () => {
  const hexId = fc.bigInt(0n, (1n << 256n) - 1n).map((n) => n.toString(16).padStart(64, '0'));

  it('stays within its millisecond and follows the order of time, then id', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), hexId, hexId, (ms, a, b) => {
        const [first, second] = [a, b].sort() as [string, string]; // two were given
        const times = [influxTime(ms, first), influxTime(ms, second)].map(BigInt);
        expect(times[0]! <= times[1]!).toBe(true);
        for (const time of times) expect(time / 1_000_000n).toBe(BigInt(ms));
      }),
    );
  });

  it('is the same for the same record, whole nanoseconds written out', () => {
    const id = `80000000${'0'.repeat(56)}`;
    expect(influxTime(1_768_464_000_123, id)).toBe('1768464000123500000');
  });
});
