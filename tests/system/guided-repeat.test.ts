import { expect, it } from 'vitest';
import type { Taken } from '@hemma/simulators/devices/common/model.js';
import { patient } from '../support/cloud-process.js';
import { TestSystem } from '../support/system.js';

/** Confirm before alarm, from the cuff to the list of tasks and back to the home. */

const minuteMs = 60_000;
/** A session with the device, an envelope, a command; and a machine that has other things to do. */
const walk = { timeout: 60_000, interval: 250 };

const pressure = (systolic: number): Taken => ({
  kind: 'blood_pressure',
  values: [
    { code: 'systolic_bp', value: systolic },
    { code: 'diastolic_bp', value: 82 },
    { code: 'pulse_rate', value: 66 },
  ],
});

async function home() {
  const system = new TestSystem();
  const cuff = system.radio.place('generic-blood-pressure');
  await system.start();
  const gateway = await system.gateway('gw-home', { settings: { clock: 'trusted' } });
  await gateway.daemon.start();
  /** A run so many minutes ago; somebody presses the key, and the cuff tells what it has. */
  const measure = (systolic: number, minutesAgo: number): void => {
    cuff.virtual.record(pressure(systolic), Date.now() - minutesAgo * minuteMs);
  };
  const { cloud } = system;
  const asked = async () => (await gateway.status()).asked;
  return { system, cloud, gateway, measure, asked };
}

it('a value beyond the limit asks the home for a repeat; a normal one gives no task', async () => {
  const { cloud, gateway, measure, asked } = await home();
  // The rest is over already: nobody has to wait five minutes for this test.
  measure(187, 6);
  await expect.poll(asked, walk).toMatchObject([{ standing: 'due', prompt: { patient } }]);
  await expect.poll(async () => (await cloud.gateway('gw-home'))?.command, walk).toBe('applied');
  expect(cloud.judged()).toEqual({ findings: ['confirming'], tasks: [] });

  measure(128, 0);
  await expect.poll(asked, walk).toEqual([]);
  await expect.poll(() => cloud.judged(), walk).toEqual({ findings: ['unconfirmed'], tasks: [] });
  expect(gateway.log).toContain('time to measure again');
  expect(gateway.log).toContain('"why":"answered"');
});

it('a second value beyond the limit gives one task, also when the home was cut off meanwhile', async () => {
  const { cloud, gateway, measure, asked } = await home();
  measure(187, 6);
  await expect.poll(asked, walk).toHaveLength(1);
  await cloud.daemon.stop();
  measure(189, 0);
  // The home knows by itself that it has answered, and still does after a power cut.
  await expect.poll(asked, walk).toEqual([]);
  await gateway.daemon.kill();
  await gateway.daemon.start();
  expect(await asked()).toEqual([]);
  await cloud.daemon.start();
  await expect.poll(() => cloud.judged(), walk).toEqual({ findings: ['raised'], tasks: ['red'] });
  await expect.poll(async () => (await cloud.gateway('gw-home'))?.command, walk).toBe('applied');
  expect(cloud.judged().tasks).toHaveLength(1);
});
