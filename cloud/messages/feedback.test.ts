import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messagePaths } from '@hemma/protocols/api/messages.js';
import { tasksSchema, worklistPaths } from '@hemma/protocols/api/worklist.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { PlanLibrary } from '../authoring/library.js';
import { contentDir } from '../folders.js';
import { addRecipient } from '../notify/notifications.js';
import { loadContent } from '../plans/content.js';
import { addEvent } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';
import { reviewFeedback } from './feedback.js';

const anna = 'p-0000aaaa';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const { content, planOf } = new PlanLibrary(loadContent(contentDir()));

/** Internet CBT: the therapist writes each Thursday of the modules. */
describe('the weekly text of a therapist', () => {
  let clinic: TestClinic;
  let care: CareUnit;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    const { db } = clinic.parts;
    // A Thursday at nine; staff move on to the modules at once.
    const start = clinic.clock.wall().ms;
    care = await careUnit(db, start, { unit: 'mind' });
    const follows = { plan: 'mental-health-icbt', planVersion: '0.1.0-draft', unit: care.unit };
    await enrol(db, { ...follows, ref: anna, displayName: 'Anna' }, start);
    await say({ kind: 'phase', phase: 'modules' });
    clinic.actAs(care.therapist);
  });
  afterEach(() => clinic.stop());

  const say = async (event: CareEvent, at = clinic.clock.wall().ms): Promise<void> => {
    const { db } = clinic.parts;
    const episode = await db.selectFrom('episodes').select('id').executeTakeFirstOrThrow();
    const belongs = { patient: anna, episode: episode.id, at, receivedAt: at };
    await db
      .transaction()
      .execute((trx) => addEvent(trx, { ...belongs, staff: care.therapist, event }));
  };
  const review = () =>
    reviewFeedback({ db: clinic.parts.db, planOf, content, clock: clinic.clock });
  /** What the worklist says once so much time has passed. */
  const after = async (ms: number) => {
    clinic.clock.jumpWall(ms);
    await review();
    return tasksSchema.parse((await clinic.get(worklistPaths.tasks)).body).tasks;
  };
  const write = () =>
    clinic.post(messagePaths.thread(anna), {
      ...{ id: `message-${clinic.clock.wall().ms}`, text: 'Well done' },
    });
  /** From nine to when the window of the day is over, at eleven in the evening. */
  const toEnd = 14 * hourMs;

  it('that was not written is a quiet reminder for staff, once for its week', async () => {
    await addRecipient(clinic.parts.db, care.unit, { channel: 'log', address: '' });
    expect(await after(toEnd - 1)).toEqual([]);
    const tasks = await after(1);
    expect(tasks).toMatchObject([
      { kind: 'message-due', severity: 'info', patient: anna, unit: care.unit, count: 1 },
    ]);
    expect(new Date(tasks[0]!.dueAt!).toISOString()).toBe('2026-01-16T15:30:00.000Z');
    expect(await after(hourMs)).toHaveLength(1);
    await clinic.post(worklistPaths.resolve(tasks[0]!.id), { reason: 'nothing-needed' });
    expect(await after(6 * dayMs)).toEqual([]);
    expect(await after(dayMs)).toMatchObject([{ kind: 'message-due', escalated: 0 }]);
    expect(await clinic.parts.db.selectFrom('notifications').select('id').execute()).toEqual([]);
  });

  it('counts when it was written earlier in the week, and ends the reminder when later', async () => {
    await after(2 * dayMs);
    expect((await write()).status).toBe(200);
    expect(await after(0)).toEqual([]);
    expect(await after(6 * dayMs)).toEqual([]);
    expect(await after(7 * dayMs)).toHaveLength(1);
    await write();
    expect(await after(0)).toEqual([]);
  });

  it('does what the plan asked staff to write on its day, and nothing on another', async () => {
    const done = async () => {
      const { db } = clinic.parts;
      const rows = await db.selectFrom('care_events').select('data').execute();
      return rows.filter((it) => it.data.includes('"therapist-message"')).length;
    };
    await write();
    expect(await done()).toBe(1);
    clinic.clock.jumpWall(dayMs);
    await write();
    expect(await done()).toBe(1);
  });

  it('may be a comment on what the patient did', async () => {
    await say({ kind: 'comment', about: 'v-1', text: 'Well done' });
    expect(await after(toEnd)).toEqual([]);
  });

  it('is not asked for during a pause, nor when the plan is over', async () => {
    expect(await after(toEnd)).toHaveLength(1);
    const today = Math.floor(clinic.clock.wall().ms / dayMs);
    await say({ kind: 'pause', fromDay: today, toDay: null, reason: 'holiday' });
    expect(await after(hourMs / 2)).toEqual([]);
    expect(await after(8 * dayMs)).toEqual([]);
    await clinic.parts.db.updateTable('episodes').set({ ended_at: 1 }).execute();
    expect(await after(0)).toEqual([]);
  });

  it('is none of a plan that promises none', async () => {
    const { db } = clinic.parts;
    await db.updateTable('episodes').set({ plan: 'copd', plan_version: '0.1.0' }).execute();
    expect(await after(toEnd)).toEqual([]);
  });
});
