import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { createLog } from '@hemma/runtime/log.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { loadCatalogue } from '../catalogue.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { contentDir } from '../folders.js';
import { never } from '../notify/channel.contract.js';
import { patientSentences } from '../notify/message.js';
import type { Message } from '../notify/message.js';
import { addAddress, maxAddresses, removeAddress } from '../people/addresses.js';
import { loadContent } from '../plans/content.js';
import { addEvent } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';
import { choose, setOwnTime } from './choices.js';
import { graceMs, maxAtOnce, queueReminders } from './queue.js';
import { maxNotices, sendNotices } from './sender.js';
import { tellPatient } from './tell-patient.js';

const anna = 'p-0000aaaa';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const folder = mkdtempSync(join(tmpdir(), 'hemma-reminders-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** COPD: saturation in the morning (07:30, 09:30) and its questionnaire (18:00, 20:00), each day at first. */
function remindersOnStore(name: string, fresh: () => Promise<string>): void {
  describe(`reminders on ${name}`, () => {
    let setting: { readonly database: string; readonly dataDir: string };
    let database: Database;
    let clock: ManualClock;
    let sent: (Message & { readonly to: string; readonly at: string })[];
    let failure: ErrorCode | 'crash' | null;
    let isTrying = false;
    let plans: ReadonlyMap<string, Plan>;
    beforeEach(async () => {
      setting = { database: await fresh(), dataDir: mkdtempSync(join(folder, 'db-')) };
      database = await openDatabase(setting);
      // Midnight in Sweden, before a Thursday.
      clock = new ManualClock(Date.UTC(2026, 0, 14, 23));
      [sent, failure, plans] = [[], null, content.plans];
      const start = clock.wall().ms - dayMs;
      await enrol(database.db, { ref: anna, displayName: 'Anna', plan: 'copd' }, start);
      await address('anna@example.org');
    });
    afterEach(() => database.close());

    const wall = () =>
      new Date(clock.wall().ms).toLocaleTimeString('sv-SE', {
        ...{ hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Stockholm' },
      });
    const email = {
      send: (to: string, message: Message): Promise<void> => {
        if (failure === 'crash') {
          isTrying = true;
          return new Promise(() => undefined);
        }
        if (failure !== null) return Promise.reject(new CodedError(failure));
        sent.push({ ...message, to, at: wall() });
        return Promise.resolve();
      },
    };
    const parts = () => ({
      ...{ db: database.db, clock, content, catalogue, channels: { email } },
      planOf: (id: string) => plans.get(id),
      log: createLog('test', 'silent'),
    });
    const address = (to: string) =>
      addAddress(database.db, anna, { channel: 'email', address: to }, clock.wall().ms);
    const look = async () => {
      await queueReminders(parts());
      await sendNotices(parts(), never);
    };
    /** When there is something to do next, as the store says. */
    const nextAt = async () => {
      const { db } = database;
      const agenda = await db.selectFrom('reminder_agenda').select('next_at').execute();
      const notices = await db.selectFrom('patient_notices').select('next_at').execute();
      const now = clock.wall().ms;
      const next = [...agenda, ...notices].map((it) => it.next_at ?? Infinity);
      return Math.max(now + minuteMs, Math.min(now + 15 * minuteMs, ...next));
    };
    /** Looks whenever there is something to do, until a wall time. Gives when something was sent. */
    const until = async (time: string): Promise<readonly string[]> => {
      const today = Math.floor((clock.wall().ms + hourMs) / dayMs) * dayMs - hourMs;
      const [hours = 0, minutes = 0] = time.split(':').map(Number);
      const end = today + hours * hourMs + minutes * minuteMs;
      while (clock.wall().ms < end) {
        clock.jumpWall(Math.min(end, await nextAt()) - clock.wall().ms);
        await look();
      }
      return sent.map((it) => it.at);
    };
    const jump = async (ms: number) => {
      clock.jumpWall(ms);
      await look();
      return sent.length;
    };
    const say = async (event: CareEvent) => {
      const { id } = await database.db
        .selectFrom('episodes')
        .select('id')
        .executeTakeFirstOrThrow();
      const at = clock.wall().ms;
      const belongs = { patient: anna, episode: id, at, receivedAt: at, staff: null };
      await database.db.transaction().execute((trx) => addEvent(trx, { ...belongs, event }));
    };
    const own = (item: string, time: string | null, isOff = false) =>
      setOwnTime(parts(), null, anna, { plan: 'copd', item, time, isOff });
    const left = () => database.db.selectFrom('patient_notices').selectAll().execute();

    it('come at the minutes of the plan, each once', async () => {
      expect(await until('23:00')).toEqual(['07:30', '09:30', '18:00', '20:00']);
      expect(new Set(sent.map((it) => it.id)).size).toBe(4);
      expect(await left()).toEqual([]);
    });

    it('stop when it is done', async () => {
      await until('08:00');
      await say({ kind: 'completion', task: 'spo2-rest', minutes: null, note: null });
      expect(await until('12:00')).toEqual(['07:30']);
    });

    it('come at the own time from when it is set, and not again for one that was sent', async () => {
      await until('07:40');
      await own('spo2-rest/morning', '07:35');
      await until('08:00');
      await own('spo2-rest/morning', '08:10');
      expect(await until('12:00')).toEqual(['07:30', '08:10', '10:10']);
    });

    it('are switched off for one window, or all, and on again', async () => {
      await own('spo2-rest/morning', null, true);
      expect(await until('12:00')).toEqual([]);
      await choose(parts(), null, anna, { isOff: true });
      expect(await until('18:30')).toEqual([]);
      await choose(parts(), null, anna, { isOff: false });
      expect(await until('21:00')).toEqual(['20:00']);
    });

    it('rest in a pause that was agreed while one waited', async () => {
      failure = 'notify_unavailable';
      await until('07:30');
      await say({ kind: 'pause', fromDay: 20_468, toDay: null, reason: 'hospital' });
      failure = null;
      expect(await until('21:00')).toEqual([]);
    });

    it('end with the plan', async () => {
      await until('07:45');
      await database.db.updateTable('episodes').set({ ended_at: 1 }).execute();
      expect(await until('21:00')).toEqual(['07:30']);
    });

    it('are sent after an outage within their grace, and dropped after it', async () => {
      await look();
      expect(await jump(7.5 * hourMs + graceMs - minuteMs)).toBe(1);
      expect(await jump(2 * hourMs + minuteMs)).toBe(1);
      expect(await jump(8 * hourMs)).toBe(2);
    });

    it('of an outage that hides several are one', async () => {
      await own('spo2-rest/morning', '17:45');
      await look();
      expect(await jump(18 * hourMs + 5 * minuteMs)).toBe(1);
      expect(await jump(0)).toBe(1);
    });

    it('are neither repeated nor lost by a new process', async () => {
      await until('07:30');
      await database.close();
      database = await openDatabase(setting);
      expect(await jump(0)).toBe(1);
      await until('09:25');
      await database.close();
      database = await openDatabase(setting);
      expect(await until('12:00')).toEqual(['07:30', '09:30']);
    });

    it('are not repeated when the process ended while it sent one', async () => {
      await until('07:25');
      failure = 'crash';
      clock.jumpWall(5 * minuteMs);
      await queueReminders(parts());
      void sendNotices(parts(), never).catch(() => undefined);
      await expect.poll(() => isTrying).toBe(true);
      failure = null;
      expect(await until('09:00')).toEqual([]);
      expect(await until('09:30')).toEqual(['09:30']);
    });

    it('are each of one process, where two look at once', async () => {
      await until('07:25');
      clock.jumpWall(5 * minuteMs);
      await Promise.all([queueReminders(parts()), queueReminders(parts())]);
      await Promise.all([sendNotices(parts(), never), sendNotices(parts(), never)]);
      expect(sent).toHaveLength(1);
    });

    it('are tried again for a passing failure while they are worth it, then kept with its code', async () => {
      failure = 'notify_unavailable';
      await until('07:35');
      failure = null;
      expect(await until('08:00')).toHaveLength(1);
      failure = 'notify_unavailable';
      await until('10:30');
      failure = null;
      expect(await until('12:00')).toHaveLength(1);
      expect(await left()).toMatchObject([{ next_at: null, code: 'notify_unavailable' }]);
      failure = 'notify_refused';
      await until('18:00');
      expect(await left()).toHaveLength(2);
      failure = null;
      await jump(31 * dayMs);
      expect((await left()).filter((it) => it.code !== null)).toEqual([]);
    });

    it('reach every address, none that was taken away, and nobody without one', async () => {
      await address('other@example.org');
      await until('07:30');
      const both = ['anna@example.org', 'other@example.org'];
      expect(sent.map((it) => it.to).toSorted()).toEqual(both);
      for (const to of both) await removeAddress(database.db, anna, to);
      await until('12:00');
      expect(sent).toHaveLength(2);
    });

    it('are not sent for what was due before the address was known', async () => {
      await removeAddress(database.db, anna, 'anna@example.org');
      clock.jumpWall(7.75 * hourMs);
      await address('new@example.org');
      await look();
      expect(sent).toEqual([]);
      expect(await until('10:00')).toEqual(['09:30']);
    });

    it('say one fixed sentence, in the language that was chosen', async () => {
      await until('07:30');
      await choose(parts(), null, anna, { language: 'en' });
      await until('09:30');
      const texts = sent.map((it) => [it.subject, it.text.trim(), it.unit, it.link, it.count]);
      const { sv, en } = patientSentences['patient-reminder'];
      expect(texts).toEqual([sv, en].map((it) => [it, it, null, null, 1]));
    });

    it('hold nothing of any plan, not even of one that is full of secrets', async () => {
      const secrets = [...content.plans.values()].map((plan) => secretly(plan));
      plans = new Map(secrets.map((it) => [it.id, it]));
      const known = new Set(Object.values(patientSentences).flatMap(({ sv, en }) => [sv, en]));
      for (const { id, version } of secrets) {
        await database.db
          .updateTable('episodes')
          .set({ plan: id, plan_version: version })
          .execute();
        await database.db.updateTable('reminder_agenda').set({ next_at: 0 }).execute();
        for (let i = 0; i < 48; i += 1) await jump(hourMs / 2);
      }
      await database.db
        .transaction()
        .execute((trx) => tellPatient(trx, anna, { kind: 'patient-message', at: 1, now: 1 }));
      expect(sent.length).toBeGreaterThan(7);
      for (const { id, kind, to, at, ...words } of sent) {
        expect(at).toMatch(/^\d\d:\d\d$/);
        expect(id).toMatch(/^[0-9a-f]{24}$/);
        expect(['patient-reminder', 'patient-message']).toContain(kind);
        expect(to).toBe('anna@example.org');
        const { subject, text, ...rest } = words;
        expect([known.has(subject), known.has(text.trim())]).toEqual([true, true]);
        expect(rest).toEqual({ unit: null, count: 1, isTest: null, link: null });
      }
    });

    it('are looked at and sent some at a time, and the rest follows', async () => {
      const { db } = database;
      const refs = Array.from(
        { length: Math.max(maxAtOnce, maxNotices) },
        (_, i) => `p-${String(i).padStart(8, '0')}`,
      );
      const at = clock.wall().ms;
      for (const ref of refs) {
        await enrol(db, { ref, displayName: ref, plan: null }, at);
        await addAddress(db, ref, { channel: 'email', address: `${ref}@example.org` }, at);
      }
      const looked = async () =>
        (await db.selectFrom('reminder_agenda').select('patient').execute()).length;
      await queueReminders(parts());
      expect(await looked()).toBe(maxAtOnce);
      await queueReminders(parts());
      expect(await looked()).toBe(refs.length + 1);
      await db.transaction().execute(async (trx) => {
        for (const ref of [anna, ...refs])
          await tellPatient(trx, ref, { kind: 'patient-message', at, now: at });
      });
      await sendNotices(parts(), never);
      expect(sent).toHaveLength(maxNotices);
      await sendNotices(parts(), never);
      expect(sent).toHaveLength(refs.length + 1);
    });

    it('have few addresses, and only such as a channel has', async () => {
      for (let i = 1; i < maxAddresses; i += 1) await address(`n${i}@example.org`);
      await address('n1@example.org');
      const refused = { code: 'request_invalid' };
      await expect(address('one-more@example.org')).rejects.toMatchObject(refused);
      await removeAddress(database.db, anna, 'n1@example.org');
      await expect(address('nobody')).rejects.toMatchObject(refused);
      await expect(removeAddress(database.db, anna, 'n1@example.org')).rejects.toMatchObject({
        code: 'not_found',
      });
    });
  });
}

/** Every text of a plan, replaced by one that must never be seen. */
function secretly(plan: Plan): Plan {
  const texts = JSON.stringify(plan).replace(
    /\{"sv":"[^"]*","en":"[^"]*"\}/g,
    '{"sv":"Hemligt","en":"Secret"}',
  );
  return JSON.parse(texts) as Plan; // The same plan, with other texts.
}

remindersOnStore('SQLite', () => Promise.resolve('sqlite'));

describe.skipIf(!requires('postgres', 'reminders on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  remindersOnStore('PostgreSQL', () => server.freshDatabase());
});
