import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxHealingsTold } from '@hemma/protocols/wire/healing.js';
import type { Healing, HealingReport } from '@hemma/protocols/wire/healing.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { aHealing } from '../../tooling/testkit/healings.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { People } from '../people/people.js';
import { Fleet } from './fleet.js';
import { healingsOf, maxHealingsKept } from './healings.js';

const gateway = 'gw-one';
const now = Date.UTC(2026, 0, 15, 12);
const day = 86_400_000;

const lastStep = {
  ...{ step: 'reset_adapter', fault: 'adapter_off', outcome: 'cured', recoveryMs: 20_000 },
  stepsADay: { reset_adapter: 1 },
} as const satisfies HealingReport;

const idOf = (n: number): string => aHealing(n, now).id;
const healing = (n: number, more: Partial<Healing> = {}): Healing => aHealing(n, now, more);

function healingsOn(name: string, open: () => Promise<Database>): void {
  describe(`healings on ${name}`, () => {
    let database: Database;
    let fleet: Fleet;
    beforeEach(async () => {
      database = await open();
      fleet = new Fleet(database.db);
      const ref = 'p-00000001';
      await new People(database.db).add({ ref, displayName: ref }, 0);
      await fleet.add(gateway, ref, 1);
      await fleet.add('gw-two', ref, 1);
      return () => database.close();
    });

    const tell = (healings: readonly Healing[] | null, at = now, more: Partial<Status> = {}) => {
      const said = healings === null ? {} : { healing: { ...lastStep, healings: [...healings] } };
      const status: Status = { v: 1, gateway, state: 'online', at, ...said, ...more };
      return fleet.saveStatuses([status], at);
    };
    const kept = () => healingsOf(database.db, gateway);

    it('are kept with cause, hardest step, outcome and time to recover', async () => {
      await tell([healing(1)]);
      expect(await kept()).toEqual([
        {
          ...{ id: idOf(1), cause: 'adapter_off', highest: 'reset_adapter', steps: 1 },
          ...{ outcome: 'cured', recoveryMs: 20_000, sinceAt: now - 60_000 },
        },
      ]);
      expect(await healingsOf(database.db, 'gw-two')).toEqual([]);
      await expect(healingsOf(database.db, 'gw-none')).rejects.toMatchObject({ code: 'not_found' });
    });

    it('are one row when one status names the same twice: the newer word counts', async () => {
      await tell([healing(1), healing(1, { outcome: 'ill', recoveryMs: null })]);
      expect(await kept()).toMatchObject([{ id: idOf(1), outcome: 'cured', recoveryMs: 20_000 }]);
    });

    it('are one row each, however often they are told, and follow what becomes of them', async () => {
      await tell([healing(1, { outcome: 'ill', recoveryMs: null })]);
      const harder = {
        highest: 'reboot',
        steps: 5,
        outcome: 'unhealed',
        recoveryMs: null,
      } as const;
      await tell([healing(1, harder)], now + 1);
      expect(await kept()).toMatchObject([{ id: idOf(1), ...harder, sinceAt: now - 60_000 }]);
      await tell(
        [healing(2), healing(1, { ...harder, outcome: 'passed', recoveryMs: 9 })],
        now + 2,
      );
      await tell(
        [healing(2), healing(1, { ...harder, outcome: 'passed', recoveryMs: 9 })],
        now + 3,
      );
      expect(await kept()).toMatchObject([
        { id: idOf(2), outcome: 'cured' },
        { id: idOf(1), highest: 'reboot', outcome: 'passed', recoveryMs: 9 },
      ]);
    });

    it('that were not told to their end are unproven, once the gateway tells of others or none', async () => {
      await tell([healing(1, { outcome: 'ill', recoveryMs: null })]);
      await tell(null, now + 1, { state: 'offline' });
      expect(await kept()).toMatchObject([{ outcome: 'ill' }]);
      await tell([healing(2, { outcome: 'unhealed', recoveryMs: null })], now + 2);
      expect((await kept()).map((it) => it.outcome)).toEqual(['unhealed', 'unproven']);
      await tell(null, now + 3);
      expect((await kept()).map((it) => it.outcome)).toEqual(['unproven', 'unproven']);
    });

    it(`are ${maxHealingsKept} for each gateway at most: the oldest are forgotten`, async () => {
      for (let n = 1; n <= maxHealingsKept; n += maxHealingsTold)
        await tell(
          Array.from({ length: maxHealingsTold }, (_, i) => healing(n + maxHealingsTold - 1 - i)),
          now + n,
        );
      const all = Math.ceil(maxHealingsKept / maxHealingsTold) * maxHealingsTold;
      const places = (await kept()).map((it) => it.id);
      expect(places).toEqual(Array.from({ length: maxHealingsKept }, (_, i) => idOf(all - i)));
      await tell([healing(1_000)], now + 1_000);
      expect((await kept()).map((it) => it.id)).toEqual([idOf(1_000), ...places.slice(0, -1)]);
    });

    it.each([
      ['is not known', null, now],
      ['is still to come', now + 1, now],
      ['is that of the cloud', now, now],
      ['is as long ago as a gateway keeps anything', now - 90 * day, now - 90 * day],
      ['is longer ago', now - 90 * day - 1, now],
      ['never went', 5, now],
    ])('begin when they are told where their time %s', async (_, since, expected) => {
      await tell([healing(1, { since })]);
      expect((await kept())[0]!.sinceAt).toBe(expected);
    });

    it('are beside the last step, which goes with the overview', async () => {
      await tell([healing(1)]);
      expect((await fleet.overview()).map((it) => it.healing)).toEqual([lastStep, null]);
      await tell(null, now + 1, { healing: { ...lastStep, outcome: 'no_effect' } });
      expect((await fleet.overview())[0]!.healing!.outcome).toBe('no_effect');
      await tell(null, now + 2);
      expect((await fleet.overview())[0]!.healing).toBeNull();
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'hemma-healings-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

healingsOn('SQLite', () =>
  openDatabase({ database: 'sqlite', dataDir: join(folder, String((files += 1))) }),
);

describe.skipIf(!requires('postgres', 'healings on PostgreSQL'))('with PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  healingsOn('PostgreSQL', async () =>
    openDatabase({ database: await postgres.freshDatabase(), dataDir: folder }),
  );
});
