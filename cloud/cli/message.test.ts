import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SentMessage, Thread } from '@hemma/protocols/api/messages.js';
import { maxPage } from '@hemma/protocols/api/messages.js';
import type { Reminders } from '@hemma/protocols/api/reminders.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { runInProcess as run } from '../../tooling/testkit/command-line.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { openDatabase } from '../database/database.js';

const anna = 'p-0000aaaa';

describe('hemma-cloud message and reminder', () => {
  let folder: string;
  let file: string;
  let care: CareUnit;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-cli-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
    const database = await openDatabase({ database: 'sqlite', dataDir: folder });
    care = await careUnit(database.db, 0);
    const patient = { ref: anna, displayName: 'Anna', plan: 'copd', unit: care.unit };
    await enrol(database.db, patient, 0);
    await database.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ran = (...args: string[]) => run(...args, '--settings', file);
  const json = async <T>(...args: string[]): Promise<T> => {
    const { out, err } = await ran(...args, '--json');
    expect(err).toBe('');
    return JSON.parse(out) as T; // Printed by the command under test.
  };
  const refusal = async (...args: string[]): Promise<unknown> => {
    const { code, err } = await ran(...args, '--json');
    return [code, (JSON.parse(err) as { error: { code: string } }).error.code];
  };
  const send = (text: string, ...more: string[]) =>
    json<SentMessage>('message', 'send', anna, '--text', text, ...more);
  const staff = () => ['--as', care.therapist];

  it('writes, lists and reads, as patient and as staff', async () => {
    const asked = await send('May I ask something?', '--id', 'asked-once');
    expect(asked).toMatchObject({ message: { number: 1, from: 'patient' } });
    expect(asked.dueAt).toBeGreaterThan(asked.message.at);
    await send('May I ask something?', '--id', 'asked-once');
    const { out } = await ran('message', 'list', anna, ...staff());
    expect(out).toMatch(/^1\s+\S+\s+patient\s+new\s+May I ask something\?$/m);
    expect(out).toMatch(/answered by heart-clinic[\s\S]*an answer is due[\s\S]*112/);
    await json('message', 'read', anna, ...staff());
    await send('You may.', ...staff(), '--seen', '1', '--minutes', '5');
    const thread = await json<Thread>('message', 'list', anna);
    expect(thread.messages.map((it) => it.by)).toEqual(['A therapist', null]);
    expect(thread.unread).toMatchObject({ patient: { count: 1, first: 2 }, staff: { count: 0 } });
    const older = await json<Thread>('message', 'list', anna, '--before', '2', '--limit', '1');
    expect(older.messages.map((it) => it.number)).toEqual([1]);
    expect((await ran('message', 'read', anna)).out).toBe(
      'not read by the patient: 0, by staff: 0\n',
    );
  });

  it('refuses with a code, and says nothing of the text', async () => {
    expect(await refusal('message', 'send', anna, '--text', ' ')).toEqual([1, 'request_invalid']);
    await send('Zebra-quartz', '--id', 'used-before');
    const again = ['message', 'send', anna, '--text', 'Zebra', '--id', 'used-before'];
    expect((await ran(...again)).err).not.toContain('Zebra');
    expect(await refusal(...again)).toEqual([1, 'message_taken']);
    expect(await refusal('message', 'list', 'p-99999999')).toEqual([1, 'not_found']);
    expect(await refusal('message', 'read', anna, '--up-to', '9')).toEqual([1, 'not_found']);
    const tooMany = ['--limit', String(maxPage + 1)];
    expect(await refusal('message', 'list', anna, ...tooMany)).toEqual([1, 'request_invalid']);
    expect((await ran('message', 'list', anna, '--limit', 'x')).code).toBe(2);
  });

  it('shows reminders, and sets a time, a language and an address', async () => {
    const set = ['reminder', 'set', anna];
    const of = ['--of', 'copd/spo2-rest/morning'];
    await json(...set, ...of, '--time', '06:45', '--language', 'en', '--email', 'anna@example.org');
    const { out } = await ran('reminder', 'show', anna);
    expect(out).toMatch(/^copd\/spo2-rest\/morning\s+06:45\s+own\s+2 at most, 120 min apart/m);
    expect(out).toMatch(/^email\s+anna@example\.org\s+0\s+-$/m);
    // Whether something is due today is a matter of the weekday.
    expect(out).toMatch(/^language en, next (?:-|20\d\d-.*)$/m);
    await json('reminder', 'off', anna, ...of);
    await json('reminder', 'off', anna, ...staff());
    const off = await json<Reminders>('reminder', 'show', anna);
    expect(off).toMatchObject({ isOff: true, nextAt: null });
    expect(off.reminders.find((it) => it.item === 'spo2-rest/morning')?.isOff).toBe(true);
    const on = await json<Reminders>(...set, ...of, '--on', '--stop', 'anna@example.org');
    expect(on).toMatchObject({ isOff: false, addresses: [] });
    expect(on.reminders[0]).toMatchObject({ time: '07:30', isOwn: false, isOff: false });
  });

  it.each([
    [['--time', '06:45'], 'request_invalid'],
    [['--of', 'copd/spo2-rest/morning', '--time', '6:45'], 'request_invalid'],
    [['--of', 'copd/spo2-rest'], 'not_found'],
    [['--language', 'de'], 'request_invalid'],
    [['--email', 'nobody'], 'request_invalid'],
    [['--stop', 'nobody@example.org'], 'not_found'],
    [['--on', '--as', 's-0000'], 'not_found'],
  ])('refuses reminder set %j', async (args, code) => {
    expect(await refusal('reminder', 'set', anna, ...args)).toEqual([1, code]);
  });
});
