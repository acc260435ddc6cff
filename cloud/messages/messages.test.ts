import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clinicPaths, patientsSchema } from '@hemma/protocols/api/clinic.js';
import {
  maxMessage,
  maxPage,
  maxPreview,
  messagePaths,
  sentMessageSchema,
  threadSchema,
} from '@hemma/protocols/api/messages.js';
import type { SentMessage, Thread } from '@hemma/protocols/api/messages.js';
import { tasksSchema, worklistPaths } from '@hemma/protocols/api/worklist.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { addRecipient } from '../notify/notifications.js';
import { escalate } from '../worklist/escalation.js';
import { maxUnanswered } from './write.js';

const anna = 'p-0000aaaa';
const dayMs = 86_400_000;
const secret = 'Zebra-quartz, my chest feels odd';

describe('messages', () => {
  let clinic: TestClinic;
  let care: CareUnit;
  let sent: number;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    care = await careUnit(clinic.parts.db, clinic.clock.wall().ms);
    await clinic.addPatient(anna, 'copd', {}, care.unit);
    clinic.actAs('');
    sent = 0;
  });
  afterEach(() => clinic.stop());

  const thread = async (query = '', patient = anna): Promise<Thread> =>
    threadSchema.parse((await clinic.get(`${messagePaths.thread(patient)}${query}`)).body);
  const post = (said: object, patient = anna) => {
    sent += 1;
    const message = { id: `message-${sent}`, text: 'Hello', ...said };
    return clinic.post(messagePaths.thread(patient), message);
  };
  const write = async (said: object = {}, as = ''): Promise<SentMessage> => {
    clinic.actAs(as);
    const { status, body } = await post(said);
    expect(status).toBe(200);
    clinic.actAs('');
    return sentMessageSchema.parse(body);
  };
  const codeOf = ({ status, body }: { status: number; body: unknown }) => [
    status,
    (body as { error: { code: string } }).error.code,
  ];
  const read = (upTo: number, as = '') => {
    clinic.actAs(as);
    return clinic.post(messagePaths.read(anna), { upTo });
  };
  const tasks = async () => tasksSchema.parse((await clinic.get(worklistPaths.tasks)).body).tasks;
  const listed = async () =>
    patientsSchema.parse((await clinic.get(clinicPaths.patients)).body).patients[0];

  it('are listed newest first, with sender, time and the beginning in one line', async () => {
    const text = `  First\r\nline.\n\n${'long '.repeat(40)}`;
    await write({ text });
    clinic.clock.jumpWall(60_000);
    await write({ text: 'An answer' }, care.therapist);
    const { messages, unit, workingDays } = await thread();
    expect(messages).toMatchObject([
      { number: 2, from: 'staff', by: 'A therapist', text: 'An answer', preview: 'An answer' },
      { number: 1, from: 'patient', by: null, text: text.replace('\r', '').trim() },
    ]);
    expect(messages[0]!.at - messages[1]!.at).toBe(60_000);
    expect(messages[1]!.preview).toMatch(/^First line\. long long .*…$/);
    expect(messages[1]!.preview.length).toBeLessThanOrEqual(maxPreview);
    expect([unit, workingDays]).toEqual(['heart-clinic', 2]);
  });

  it('say whenever one is written or read when somebody looks, and where to turn at once', async () => {
    for (const { looks, emergency } of [await thread(), await write()]) {
      expect(looks.text.sv).toBe('Mottagningen är bemannad nu.');
      expect(emergency.sv).toMatch(/aldrig akut.*112.*1177/);
      expect(emergency.en).toMatch(/never urgent.*112.*1177/);
    }
  });

  it('tell each side what it has not read, from the first on, and only forward', async () => {
    for (const text of ['one', 'two']) await write({ text });
    await write({ text: 'three', seen: 1 }, care.licensed);
    await write({ text: 'four', seen: 0 });
    const unread = { patient: { count: 1, first: 3 }, staff: { count: 2, first: 2 } };
    expect((await thread()).unread).toEqual(unread);
    expect((await listed())?.unreadMessages).toEqual({ patient: 1, staff: 2 });
    for (let i = 0; i < 2; i += 1) expect((await read(4, care.licensed)).status).toBe(200);
    expect((await read(2, care.licensed)).status).toBe(200);
    expect((await thread()).unread.staff).toEqual({ count: 0, first: null });
    expect((await thread()).unread.patient).toEqual(unread.patient);
    expect((await listed())?.unreadMessages).toEqual({ patient: 1, staff: 0 });
    expect(codeOf(await read(5))).toEqual([404, 'not_found']);
  });

  it('come in pages of a bounded size', async () => {
    const texts = Array.from({ length: maxPage + 1 }, (_, i) => `number ${i + 1}`);
    for (const text of texts) await write({ text }, care.licensed);
    const newest = await thread();
    expect(newest.messages).toHaveLength(maxPage);
    expect(newest.before).toBe(2);
    const older = await thread(`?before=${newest.before}`);
    expect(older.messages.map((it) => it.text)).toEqual(['number 1']);
    expect(older.before).toBeNull();
    expect((await thread('?limit=2')).messages.map((it) => it.number)).toEqual([51, 50]);
    for (const wrong of ['limit=0', `limit=${maxPage + 1}`, 'before=0', 'before=x', 'x=1']) {
      const answer = await clinic.get(`${messagePaths.thread(anna)}?${wrong}`);
      expect(codeOf(answer), wrong).toEqual([400, 'request_invalid']);
    }
  });

  it('are one however often they are sent under the same id, and it is of one sender', async () => {
    const once = { id: 'a-click-twice', text: 'Once' };
    const first = await write(once);
    expect((await write(once)).message).toEqual(first.message);
    expect((await thread()).messages).toHaveLength(1);
    expect(codeOf(await post({ ...once, text: 'Other' }))).toEqual([409, 'message_taken']);
    clinic.actAs(care.licensed);
    expect(codeOf(await post(once))).toEqual([409, 'message_taken']);
  });

  it.each([
    ['nothing', ' \n '],
    ['what a terminal would obey', 'a\u001b[2J'],
    ['a zero', 'a\u0000b'],
    ['half a character', 'a\ud800'],
    ['too much', 'x'.repeat(maxMessage + 1)],
  ])('refuse %s, and say nothing of what it was', async (_, text) => {
    const answer = await post({ text });
    expect(codeOf(answer)).toEqual([400, 'request_invalid']);
    expect(JSON.stringify(answer.body)).not.toContain('xxx');
    expect((await thread()).messages).toEqual([]);
  });

  it('take two pages in any script, and markup as the text that it is', async () => {
    const texts = ['å'.repeat(maxMessage), '<b>&amp;</b><script>x</script>', '👩‍⚕️'.repeat(40)];
    for (const text of texts) await write({ text });
    const { messages } = await thread();
    expect(messages.map((it) => it.text)).toEqual(texts.toReversed());
    expect(messages[0]!.preview).toMatch(/^(👩‍⚕️)+…$/u);
  });

  it('open one task for all that waits, due in staffed working time', async () => {
    // A Thursday at nine.
    const { dueAt } = await write();
    clinic.clock.jumpWall(dayMs);
    await write({ text: 'Are you there?' });
    expect(await tasks()).toMatchObject([
      {
        ...{ kind: 'message', patient: anna, unit: care.unit, severity: 'yellow', state: 'open' },
        ...{ why: null, count: 2, title: { sv: 'Meddelande att svara på' }, dueAt },
      },
    ]);
    expect(new Date(dueAt!).toISOString()).toBe('2026-01-19T15:30:00.000Z');
    expect((await thread()).dueAt).toBe(dueAt);
    expect(await listed()).toMatchObject({ openTasks: 1, colour: 'grey' });
  });

  it('promise what the plan says, where it says something', async () => {
    const [berta, plan] = ['p-0000bbbb', 'mental-health-icbt'];
    await clinic.addPatient(berta, null);
    const started = { plan, plan_version: '0.1.0-draft', kind: 'prescribed', patient: berta };
    const { db } = clinic.parts;
    const row = await db.selectFrom('episodes').selectAll().executeTakeFirstOrThrow();
    const parameters = JSON.stringify({ responseDays: 5 });
    await db
      .insertInto('episodes')
      .values({ ...row, ...started, id: 'e-berta', parameters } as typeof row)
      .execute();
    expect((await thread('', berta)).workingDays).toBe(5);
    await post({}, berta);
    const { dueAt } = await thread('', berta);
    expect(new Date(dueAt!).toISOString()).toBe('2026-01-22T15:30:00.000Z');
  });

  it('are answered by staff: that is a contact, and ends the task', async () => {
    await write();
    await write({ text: 'An answer', minutes: 5 }, care.therapist);
    expect(await tasks()).toEqual([]);
    expect((await thread()).dueAt).toBeNull();
    const rows = await clinic.parts.db
      .selectFrom('care_events')
      .select(['data', 'staff'])
      .execute();
    const contact = { kind: 'contact', channel: 'message', minutes: 5, replacesVisit: false };
    expect(rows).toEqual([{ staff: care.therapist, data: JSON.stringify(contact) }]);
    await write({ text: 'Thanks' });
    expect(await tasks()).toHaveLength(1);
  });

  it('wait on when they came while the answer was written', async () => {
    await write({ text: 'First' });
    clinic.clock.jumpWall(dayMs);
    const late = await write({ text: 'Meanwhile' });
    clinic.clock.jumpWall(60_000);
    await write({ text: 'To the first', seen: 1 }, care.licensed);
    const [task] = await tasks();
    expect(task).toMatchObject({ kind: 'message', count: 1, openedAt: late.message.at });
    expect(new Date(task!.dueAt!).toISOString()).toBe('2026-01-20T15:30:00.000Z');
  });

  it('may be dealt with in another way, with a reason; the next one asks anew', async () => {
    await write();
    const [task] = await tasks();
    clinic.actAs(care.licensed);
    await clinic.post(worklistPaths.resolve(task!.id), { reason: 'contacted' });
    expect(await tasks()).toEqual([]);
    await write({ text: 'One thing more' });
    expect(await tasks()).toMatchObject([{ kind: 'message', state: 'open' }]);
  });

  it('are passed on when nobody answers in time, and tell staff without a word of them', async () => {
    const { db } = clinic.parts;
    await addRecipient(db, care.unit, { channel: 'log', address: '' });
    await write({ text: secret });
    await write({ text: secret });
    clinic.clock.jumpWall(5 * dayMs);
    expect(await escalate(db, clinic.clock)).toEqual([{ patient: anna, level: 1 }]);
    const told = await db.selectFrom('notifications').selectAll().orderBy('kind').execute();
    expect(told).toMatchObject([
      { kind: 'message', count: 1 },
      { kind: 'task-overdue', count: 1 },
    ]);
    expect(JSON.stringify(told)).not.toContain('Zebra');
  });

  it('are only read where nobody answers', async () => {
    await write();
    const { db } = clinic.parts;
    await db.updateTable('episodes').set({ ended_at: 1, end_reason: 'plan-end' }).execute();
    for (const as of ['', care.licensed]) {
      clinic.actAs(as);
      expect(codeOf(await post({}))).toEqual([409, 'message_closed']);
    }
    const { messages, isOpen, unit, looks } = await thread();
    expect([messages.length, isOpen, unit, looks.at]).toEqual([1, false, null, null]);
    // Sent before the end, and asked about after it.
    expect((await write({ id: 'message-1', text: 'Hello' })).message.number).toBe(1);
    expect((await read(1, care.licensed)).status).toBe(200);
  });

  it('have a limit to how many wait for an answer', async () => {
    for (let i = 0; i < maxUnanswered; i += 1) await write();
    expect(codeOf(await post({}))).toEqual([409, 'message_waiting']);
    await write({ text: 'Here I am' }, care.licensed);
    await write();
  });

  it('are for those who treat, and for patients that there are', async () => {
    clinic.actAs(await clinic.addStaff('A Technician', { roles: ['technician'] }));
    const path = messagePaths.thread(anna);
    const answers = [await clinic.get(path), await post({}), await clinic.post(`${path}/read`, {})];
    for (const answer of answers) expect(codeOf(answer)).toEqual([403, 'not_allowed']);
    clinic.actAs('');
    expect(codeOf(await post({}, 'p-99999999'))).toEqual([404, 'not_found']);
  });
});
