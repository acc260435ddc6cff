import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { aMonth, findingsByOrder } from '../../tooling/testkit/arrivals.js';
import { seedFor } from '../support/random.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-orders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With four plans: a thousand orders of the same month. */
const orders = 250;

describe('a thousand orders of arrival of one month', () => {
  it.each(['heart-failure', 'copd', 'hypertension', 'type2-diabetes'])(
    'give %s the same findings, judged by the same, to the byte',
    async (plan) => {
      const seed = seedFor('arrival-orders');
      const dataDir = join(folder, plan);
      const told = await findingsByOrder({ plan, month: aMonth(seed), seed, orders, dataDir });
      expect(told[0]).not.toBe('');
      for (const one of told) expect(one).toBe(told[0]);
    },
  );
});
