import { expect, it } from 'vitest';
import type { Taken } from '@hemma/simulators/devices/common/model.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { freePort } from '../support/ports.js';
import { measurementOf } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/** A scale that a couple shares, with the settings as they come: one tap decides what care ever sees. */

const dayMs = 86_400_000;
/** A session with the device, an envelope, a receipt; and a machine that has other things to do. */
const walk = { timeout: 60_000, interval: 250 };
const small = { width: 480, height: 320 };

const weight = (value: number): Taken => ({
  kind: 'body_weight',
  values: [{ code: 'body_weight', value }],
});

async function home() {
  const system = new TestSystem();
  const { cloud, radio } = system;
  const scale = radio.place('generic-weight-scale');
  await system.start();
  const port = await freePort();
  // No `use`: others in the home may measure with it.
  const devices = [{ model: scale.model, address: scale.address }];
  const settings = { clock: 'trusted', page: { port }, devices };
  const gateway = await system.gateway('gw-home', { settings });
  await gateway.daemon.start();
  const weigh = (value: number, daysAgo = 0): void => {
    scale.virtual.record(weight(value), Date.now() - daysAgo * dayMs);
  };
  const seen = (): readonly number[] =>
    cloud.journal().map((row) => measurementOf(row).values[0]?.value ?? 0);
  const waiting = () =>
    gateway.inOutbox((db) =>
      db
        .prepare<[], number>('SELECT count(*) FROM doubtful WHERE until_ms IS NOT NULL')
        .pluck()
        .get(),
    );
  return { system, cloud, gateway, weigh, seen, waiting, page: `http://127.0.0.1:${port}/sv/1` };
}

it.skipIf(!requires('chromium', 'one tap in a browser'))(
  'what somebody else weighs is held, one tap decides, and care sees the right ones, each once',
  async () => {
    const { cloud, gateway, weigh, seen, waiting, page } = await home();
    const browser = new Browser();
    try {
      for (const [i, value] of [80.2, 80.4, 80.1].entries()) weigh(value, 3 - i);
      await expect.poll(seen, walk).toEqual([80.2, 80.4, 80.1]);
      weigh(64.3);
      await expect.poll(waiting, walk).toBe(1);
      weigh(76.1);
      await expect.poll(waiting, walk).toBe(2);
      weigh(80.3);
      await expect.poll(seen, walk).toEqual([80.2, 80.4, 80.1, 80.3]);

      const at = await browser.open(page, small);
      const question = (value: string) =>
        at
          .locator('form')
          .filter({ hasText: value })
          .filter({ hasText: 'Är det du som har mätt?' });
      await question('64,3').getByRole('button', { name: 'Nej, någon annan' }).click();
      await question('64,3').waitFor({ state: 'detached' });
      await question('76,1').getByRole('button', { name: 'Ja, jag' }).click();
      await question('76,1').waitFor({ state: 'detached' });
      await expect.poll(seen, walk).toEqual([80.2, 80.4, 80.1, 80.3, 76.1]);

      // Neither a restart nor anything later lets the other one out.
      await gateway.daemon.kill();
      await gateway.daemon.start();
      weigh(80.5);
      await expect.poll(seen, walk).toEqual([80.2, 80.4, 80.1, 80.3, 76.1, 80.5]);
      expect(cloud.journal().map((row) => measurementOf(row).flags)).toEqual(Array(6).fill([]));
      expect(await cloud.refused()).toEqual({ rows: [], malformed: [] });
    } finally {
      await browser.close();
    }
  },
);
