import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { someMorning } from '../../tooling/testkit/measurements.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { addRecipient } from '../notify/notifications.js';
import { Staff } from '../staff/staff.js';
import type { Actor } from '../staff/actor.js';
import { Units } from '../units/units.js';
import {
  checkedWithinWorkingDays,
  maxOpenedAtOnce,
  reviewChecks,
} from '../worklist/calibration.js';
import { checkedDevices, dueDay, retireDevice, verifyDevice } from './checks.js';
import type { Verified } from './checks.js';

const day = 86_400_000;
const now = someMorning;
const cuff = 'ble:00:09:1f:00:00:01';
const hours = staffedHoursSchema.parse({
  week: Array.from({ length: 7 }, (_, i) => (i < 5 ? [{ from: '08:00', to: '16:30' }] : [])),
});
const folder = mkdtempSync(join(tmpdir(), 'hemma-checks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function checksOn(name: string, fresh: () => Promise<string>): void {
  describe(`checks of devices on ${name}`, () => {
    let setting: { readonly database: string; readonly dataDir: string };
    let database: Database;
    let technician: Actor;
    beforeEach(async () => {
      setting = { database: await fresh(), dataDir: mkdtempSync(join(folder, 'db-')) };
      database = await openDatabase(setting);
      const { db } = database;
      const unit = { name: 'Medical technology', hours, responsible: null, substitute: null };
      await new Units(db).add('medtech', { ...unit, budgetMinutes: 60 }, now);
      await addRecipient(db, 'medtech', { channel: 'log', address: '', audience: 'technology' });
      technician = await member('technician');
    });
    afterEach(() => database.close());

    const member = async (role: 'technician' | 'clinician') => {
      const staff = new Staff(database.db);
      const said = { displayName: 'Somebody', roles: [role], licensed: false, unit: null };
      return staff.actor(await staff.add(said, now));
    };
    const verify = (more: Partial<Verified> = {}, at = now) =>
      verifyDevice(
        database.db,
        { device: cuff, unit: 'medtech', model: 'and-ua-651ble', ...more },
        technician,
        at,
      );
    const tasks = () =>
      database.db.selectFrom('tasks').selectAll().orderBy('opened_at').orderBy('id').execute();
    const told = async () =>
      (await database.db
        .selectFrom('notifications')
        .select(['kind', 'count'])
        .execute()) as unknown;
    const later = now + 800 * day;

    it('give one task to medical technology when the interval of the kind has passed', async () => {
      await verify();
      const [{ dueAt } = { dueAt: null }] = await checkedDevices(database.db);
      // Two years later, at midnight in Sweden.
      expect(new Date(dueAt!).toISOString()).toBe('2028-01-14T23:00:00.000Z');
      expect(await reviewChecks(database.db, dueAt! - 1)).toBe(false);
      expect(await reviewChecks(database.db, dueAt!)).toBe(true);
      expect(await reviewChecks(database.db, dueAt!)).toBe(false);
      const [task, ...more] = await tasks();
      expect(task).toMatchObject({
        ...{ kind: 'calibration-due', audience: 'technology', unit: 'medtech', device: cuff },
        ...{ patient: null, state: 'open', severity: 'yellow' },
      });
      expect(more).toEqual([]);
      expect(checkedWithinWorkingDays).toBe(10);
      // Saturday 15 January 2028: the second working week after it ends on Friday 28.
      expect(new Date(task!.due_at!).toISOString()).toBe('2028-01-28T15:30:00.000Z');
      expect(await told()).toEqual([{ kind: 'device-check', count: 1 }]);
    });

    it('close the task with who checked it, and count from that day on', async () => {
      await verify();
      await reviewChecks(database.db, later);
      await verify({ unit: undefined, model: undefined }, later + day);
      const [task] = await tasks();
      expect(task).toMatchObject({ state: 'closed', closed_at: later + day });
      const acts = database.db.selectFrom('task_acts').select(['act', 'staff', 'task']);
      expect(await acts.execute()).toEqual([
        { act: 'checked', staff: technician.staff, task: task!.id },
      ]);
      expect(await reviewChecks(database.db, later + day)).toBe(false);
      expect(await reviewChecks(database.db, later + 800 * day)).toBe(true);
      expect((await tasks()).map((it) => it.state)).toEqual(['closed', 'open']);
    });

    it('leave the task open when what is written down is an older check', async () => {
      await verify();
      await reviewChecks(database.db, later);
      await verify({ on: '2025-06-01' }, later);
      expect(await tasks()).toMatchObject([{ state: 'open' }]);
      expect(await checkedDevices(database.db)).toMatchObject([{ verifiedOn: '2026-01-15' }]);
      const kept = database.db.selectFrom('device_checks').select('verified_on');
      expect(await kept.orderBy('verified_on').execute()).toEqual([
        { verified_on: '2025-06-01' },
        { verified_on: '2026-01-15' },
      ]);
    });

    it('are asked for no more of a device that is retired', async () => {
      await verify();
      await reviewChecks(database.db, later);
      await retireDevice(database.db, cuff, technician, later);
      expect(await tasks()).toMatchObject([{ state: 'closed' }]);
      expect(await reviewChecks(database.db, later + 9_000 * day)).toBe(false);
    });

    it('are never changed or removed', async () => {
      await verify();
      const { db } = database;
      await expect(db.deleteFrom('device_checks').execute()).rejects.toThrow('never change');
    });

    it('give one task, told once, with two that look at the same time', async () => {
      for (let i = 0; i < 8; i += 1) await verify({ device: `serial:${i}` });
      // SQLite is one file of one cloud.
      const other = name === 'PostgreSQL' ? await openDatabase(setting) : database;
      try {
        await Promise.all(
          [database, other, database, other].map(({ db }) => reviewChecks(db, later)),
        );
      } finally {
        if (other !== database) await other.close();
      }
      const devices = (await tasks()).map((it) => it.device);
      expect(devices.toSorted()).toEqual(Array.from({ length: 8 }, (_, i) => `serial:${i}`));
      expect(await told()).toEqual([{ kind: 'device-check', count: 8 }]);
    });

    it('leave no task behind when one is written down while the task is opened', async () => {
      for (let i = 0; i < 8; i += 1) await verify({ device: `serial:${i}` });
      await Promise.all([
        reviewChecks(database.db, later),
        ...Array.from({ length: 8 }, (_, i) => verify({ device: `serial:${i}` }, later)),
      ]);
      expect((await tasks()).filter((it) => it.state !== 'closed')).toEqual([]);
    });

    it('open so many tasks at one look, and the rest at the next', async () => {
      await verify();
      const [first] = await database.db.selectFrom('checked_devices').selectAll().execute();
      const rows = Array.from({ length: maxOpenedAtOnce }, (_, i) => ({
        ...{ ...first!, device: `serial:${i}` },
      }));
      await database.db.insertInto('checked_devices').values(rows).execute();
      await reviewChecks(database.db, later);
      expect(await tasks()).toHaveLength(maxOpenedAtOnce);
      await reviewChecks(database.db, later);
      expect(await tasks()).toHaveLength(maxOpenedAtOnce + 1);
    });

    it.each([
      ['no unit', { unit: undefined }, 'request_invalid'],
      ['an unknown unit', { unit: 'nowhere' }, 'not_found'],
      ['an unknown model', { model: 'nothing' }, 'not_found'],
      ['an unknown gateway', { gateway: 'gw-none' }, 'not_found'],
      ['no interval for a kind without one', { model: 'nonin-3230' }, 'request_invalid'],
      ['an interval of nothing', { intervalMonths: 0 }, 'request_invalid'],
      ['an interval that is none', { intervalMonths: 1.5 }, 'request_invalid'],
      ['a longer interval than the longest', { intervalMonths: 121 }, 'request_invalid'],
      ['tomorrow', { on: '2026-01-16' }, 'request_invalid'],
      ['a day that is none', { on: '2026-02-30' }, 'request_invalid'],
      ['long ago', { on: '1999-12-31' }, 'request_invalid'],
      ['a device without identity', { device: '' }, 'request_invalid'],
      ['a device with another script', { device: 'ble:å' }, 'request_invalid'],
    ] as const)('refuse %s', async (_, more, code) => {
      await expect(verify(more)).rejects.toMatchObject({ code });
      expect(await checkedDevices(database.db)).toEqual([]);
    });

    it('are done by medical technology and by nobody else', async () => {
      technician = await member('clinician');
      await expect(verify()).rejects.toMatchObject({ code: 'not_allowed' });
      const retired = retireDevice(database.db, cuff, technician, now);
      await expect(retired).rejects.toMatchObject({ code: 'not_allowed' });
    });
  });
}

checksOn('SQLite', () => Promise.resolve('sqlite'));

describe.skipIf(!requires('postgres', 'checks of devices on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  checksOn('PostgreSQL', () => server.freshDatabase());
});

describe('the day of the next check', () => {
  it.each([
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2026-12-01', 1, '2027-01-01'],
    ['2026-01-15', 120, '2036-01-15'],
  ])('after %s and %i months is %s', (on, months, expected) => {
    expect(new Date(dueDay(on, months) * day).toISOString().slice(0, 10)).toBe(expected);
  });
});
