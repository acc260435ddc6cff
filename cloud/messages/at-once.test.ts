import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { startPostgres } from '../../tooling/testkit/postgres.js';
import type { Postgres } from '../../tooling/testkit/postgres.js';
import { requires } from '../../tooling/testkit/requires.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import type { Actor } from '../staff/actor.js';
import { Staff } from '../staff/staff.js';
import { threadOf } from './thread.js';
import { writeMessage } from './write.js';
import type { Talker } from './authority.js';

const anna = 'p-0000aaaa';
const content = loadContent(contentDir());
const folder = mkdtempSync(join(tmpdir(), 'hemma-messages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function messagesOn(name: string, fresh: () => Promise<string>): void {
  describe(`messages of two at once, on ${name}`, () => {
    const clock = new ManualClock();
    const planOf = () => undefined;
    let database: Database;
    let care: CareUnit;
    let staff: Actor;
    beforeEach(async () => {
      const dataDir = mkdtempSync(join(folder, 'db-'));
      database = await openDatabase({ database: await fresh(), dataDir });
      care = await careUnit(database.db, 0);
      staff = await new Staff(database.db).actor(care.licensed);
      const patient = { ref: anna, displayName: 'Anna', plan: 'copd', unit: care.unit };
      await enrol(database.db, patient, 0);
    });
    afterEach(() => database.close());

    const write = (writer: Talker, id: string, seen?: number) =>
      writeMessage({ db: database.db, content, planOf, clock }, writer, anna, {
        ...{ id, text: `Text of ${id}`, minutes: 0 },
        ...(seen === undefined ? {} : { seen }),
      });
    const numbers = async () => {
      const asked = { limit: 50 };
      const { messages } = await threadOf({ db: database.db, planOf }, anna, asked, 0);
      return messages.map((it) => it.number).toReversed();
    };
    const openTasks = () =>
      database.db.selectFrom('tasks').select('id').where('state', '<>', 'closed').execute();

    it('are all kept, in one order, with one task', async () => {
      const ids = Array.from({ length: 20 }, (_, i) => `message-${i}`);
      await Promise.all(ids.map((id) => write(null, id)));
      expect(await numbers()).toEqual(ids.map((_, i) => i + 1));
      expect(await openTasks()).toHaveLength(1);
    });

    it('are one when the same is sent many times at once', async () => {
      const sent = await Promise.all(
        Array.from({ length: 10 }, () => write(null, 'a-click-twice')),
      );
      expect(new Set(sent.map((it) => it.message.number))).toEqual(new Set([1]));
      expect(await numbers()).toEqual([1]);
    });

    it('leave a task exactly where the patient wrote what the answer had not seen', async () => {
      await write(null, 'the-first');
      await Promise.all([write(null, 'meanwhile'), write(staff, 'the-answer', 1)]);
      expect(await numbers()).toEqual([1, 2, 3]);
      expect(await openTasks()).toHaveLength(1);
      await write(staff, 'the-other', 3);
      expect(await openTasks()).toEqual([]);
    });

    it('never change and never go', async () => {
      await write(null, 'the-first');
      const { db } = database;
      await expect(db.updateTable('messages').set({ text: 'x' }).execute()).rejects.toThrow();
      await expect(db.deleteFrom('messages').execute()).rejects.toThrow();
      expect(await numbers()).toEqual([1]);
    });
  });
}

messagesOn('SQLite', () => Promise.resolve('sqlite'));

describe.skipIf(!requires('postgres', 'messages on PostgreSQL'))('with a server', () => {
  let server: Postgres;
  beforeAll(async () => (server = await startPostgres()));
  afterAll(() => server.stop());

  messagesOn('PostgreSQL', () => server.freshDatabase());
});
