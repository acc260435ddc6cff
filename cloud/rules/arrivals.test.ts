import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aMonth, findingsByOrder } from '../../tooling/testkit/arrivals.js';
import { seedFor } from '../../tests/support/random.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-arrivals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A few of the thousand orders of `tests/system/arrival-orders.test.ts`. */
const orders = 8;

describe('a month that comes in any order', () => {
  it.each(['heart-failure', 'copd', 'hypertension', 'type2-diabetes'])(
    'gives %s the same findings, judged by the same, to the byte',
    async (plan) => {
      const seed = seedFor('arrivals');
      const dataDir = join(folder, plan);
      const told = await findingsByOrder({ plan, month: aMonth(seed), seed, orders, dataDir });
      expect(told[0]).not.toBe('');
      for (const one of told) expect(one).toBe(told[0]);
    },
  );

  it('gives the same where what comes late takes away the last day of a finding', async () => {
    const seed = 5016;
    // What is measured within seven minutes comes at one time.
    const month = aMonth(seed).map((it) => {
      const lateMinutes = it.lateMinutes + 7 - (it.minute % 7);
      return { ...it, lateMinutes };
    });
    const dataDir = join(folder, 'taken-away');
    const told = await findingsByOrder({
      ...{ plan: 'heart-failure', month, seed, orders: 6, dataDir, batch: 20 },
    });
    for (const one of told) expect(one).toBe(told[0]);
  });
});
