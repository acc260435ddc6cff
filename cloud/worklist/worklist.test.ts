import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clinicPaths, patientsSchema } from '@hemma/protocols/api/clinic.js';
import {
  maxHistory,
  resolvedManySchema,
  taskHistorySchema,
  tasksSchema,
  worklistPaths,
} from '@hemma/protocols/api/worklist.js';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { addRecipient } from '../notify/notifications.js';
import { Staff } from '../staff/staff.js';
import { Units } from '../units/units.js';
import { escalate } from './escalation.js';
import { reviewCoverage } from './handover.js';

const hour = 3_600_000;
const day = 24 * hour;
const anna = 'p-0000aaaa';
const restMs = 6 * 60_000;
const office = [{ from: '08:00', to: '16:30' }];
const hours = staffedHoursSchema.parse({
  week: Array.from({ length: 7 }, (_, i) => (i < 5 ? office : [])),
});

describe('the worklist', () => {
  let clinic: TestClinic;
  let now: number;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    now = clinic.clock.wall().ms;
    await new Units(clinic.parts.db).add('lung', { ...unit, name: 'Lung clinic' }, now);
    await clinic.addPatient(anna, 'copd', {}, 'lung');
  });
  afterEach(() => clinic.stop());

  const unit = { hours, responsible: null, substitute: null, budgetMinutes: 60 };
  const tasks = async () => tasksSchema.parse((await clinic.get(worklistPaths.tasks)).body).tasks;
  const history = async (id: string) =>
    taskHistorySchema.parse((await clinic.get(worklistPaths.history(id))).body);
  /** Twice beyond the limit, the second after the rest. */
  const low = (value = 80, at = now) =>
    [at - restMs, at].map((it) =>
      aMeasurement({ kind: 'spo2', patient: anna, values: { spo2: value }, at: it }),
    );
  const theTask = async () => {
    await clinic.see(low());
    const [task] = await tasks();
    return task!;
  };

  it('promises an answer in the staffed hours of the unit', async () => {
    const task = await theTask();
    expect(task).toMatchObject({ unit: 'lung', kind: 'assess', escalated: 0 });
    expect(new Date(task.dueAt!).toISOString()).toMatch(/T1[45]:30:00/);
    expect(task.dueAt!).toBeGreaterThan(now);
  });

  it('says who works on a task, and what they wrote', async () => {
    const { id } = await theTask();
    expect((await clinic.post(worklistPaths.take(id))).status).toBe(200);
    await clinic.post(worklistPaths.note(id), { text: '  Called at ten.  ' });
    expect(await tasks()).toMatchObject([
      {
        state: 'in-progress',
        assignee: { displayName: 'Test Clinician' },
        notes: [{ at: now, by: 'Test Clinician', text: 'Called at ten.' }],
      },
    ]);
  });

  it('goes on to a colleague who takes it over', async () => {
    const { id } = await theTask();
    await clinic.post(worklistPaths.take(id));
    clinic.actAs(await clinic.addStaff('A Colleague'));
    await clinic.post(worklistPaths.take(id));
    expect(await tasks()).toMatchObject([{ assignee: { displayName: 'A Colleague' } }]);
  });

  it('is resolved with a reason and a note, once', async () => {
    const { id } = await theTask();
    const said = { reason: 'contacted', note: 'Well again.' };
    expect((await clinic.post(worklistPaths.resolve(id), said)).status).toBe(200);
    // A page that heard no answer asks again.
    expect((await clinic.post(worklistPaths.resolve(id), said)).status).toBe(200);
    expect(await tasks()).toEqual([]);
    expect((await clinic.post(worklistPaths.take(id))).status).toBe(409);
    const acts = await clinic.parts.db.selectFrom('task_acts').select(['act', 'text']).execute();
    expect(acts.map((it) => [it.act, it.text])).toEqual(
      expect.arrayContaining([
        ['noted', 'Well again.'],
        ['resolved', 'contacted'],
      ]),
    );
    expect(acts).toHaveLength(2);
  });

  it('tells all that became of a task, after it is closed too', async () => {
    const { id, dueAt } = await theTask();
    clinic.clock.jumpWall(dueAt! - now);
    await escalate(clinic.parts.db, clinic.clock);
    clinic.clock.jumpWall(hour);
    await clinic.post(worklistPaths.take(id));
    clinic.clock.jumpWall(hour);
    await clinic.post(worklistPaths.resolve(id), { reason: 'contacted', note: 'Well again.' });
    const by = 'Test Clinician';
    const nothing = { by, at: dueAt, note: null, reason: null, level: null };
    const { acts, ...told } = await history(id);
    expect(told).toMatchObject({ id, truncated: false });
    expect(acts).toEqual([
      { ...nothing, act: 'escalated', by: null, level: 1 },
      { ...nothing, at: dueAt! + hour, act: 'taken' },
      { ...nothing, at: dueAt! + 2 * hour, act: 'noted', note: 'Well again.' },
      { ...nothing, at: dueAt! + 2 * hour, act: 'resolved', reason: 'contacted' },
    ]);
    expect((await clinic.get(worklistPaths.history('unknown'))).status).toBe(404);
  });

  it('tells the newest of a longer history than anybody reads', async () => {
    const { id } = await theTask();
    const fill = async (from: number, count: number) =>
      clinic.parts.db
        .insertInto('task_acts')
        .values(
          Array.from({ length: count }, (_, i) => ({
            ...{ id: `a-${from + i}`, task: id, at: now + from + i, staff: null },
            ...{ act: 'noted' as const, text: String(from + i) },
          })),
        )
        .execute();
    await fill(0, maxHistory);
    expect(await history(id)).toMatchObject({ truncated: false });
    await fill(maxHistory, 1);
    const { acts, truncated } = await history(id);
    expect([acts.length, acts[0]?.note, truncated]).toEqual([maxHistory, '1', true]);
  });

  it('has nothing of a plan that a patient follows alone', async () => {
    const { db } = clinic.parts;
    const alone = { ref: 'p-0000bbbb', displayName: 'Alone', plan: 'copd' };
    await enrol(db, { ...alone, kind: 'self-initiated' }, now);
    await clinic.see(low().map((it) => ({ ...it, patient: alone.ref })));
    const found = await db.selectFrom('findings').select(['patient', 'kind']).execute();
    expect(found).toEqual([{ patient: alone.ref, kind: 'raised' }]);
    expect(await db.selectFrom('tasks').selectAll().execute()).toEqual([]);
  });

  it('says of a test person that nothing of it is care', async () => {
    const { db } = clinic.parts;
    const test = { ref: 'p-0000cccc', displayName: 'Test', plan: 'copd', isTest: true };
    await enrol(db, { ...test, unit: 'lung' }, now);
    await clinic.see([...low(), ...low().map((it) => ({ ...it, patient: test.ref }))]);
    const marks = (await tasks()).map((it) => [it.patient, it.isTest]);
    expect(marks.toSorted()).toEqual([
      [anna, false],
      [test.ref, true],
    ]);
    const { body } = await clinic.get(clinicPaths.patients);
    const { patients } = patientsSchema.parse(body);
    expect(patients.map((it) => [it.ref, it.isTest])).toEqual([
      [anna, false],
      [test.ref, true],
    ]);
  });

  it('is changed by nobody unknown', async () => {
    const { id } = await theTask();
    const left = await clinic.addStaff('Somebody Else');
    await new Staff(clinic.parts.db).leave(left, now);
    for (const [who, status] of [
      ['', 403],
      ['s-00000000', 404],
      [left, 403],
    ] as const) {
      clinic.actAs(who);
      expect((await clinic.post(worklistPaths.take(id))).status).toBe(status);
    }
    expect(await tasks()).toMatchObject([{ state: 'open', assignee: null }]);
  });

  it('closes information at once, and nothing else', async () => {
    const { id } = await theTask();
    const said = { ids: [id, 'unknown'], reason: 'nothing-needed' };
    const { body } = await clinic.post(worklistPaths.resolveMany, said);
    expect(resolvedManySchema.parse(body).results).toEqual([
      { id, outcome: 'not_allowed' },
      { id: 'unknown', outcome: 'not_found' },
    ]);
    const { db } = clinic.parts;
    await db.updateTable('tasks').set({ severity: 'info' }).execute();
    const again = await clinic.post(worklistPaths.resolveMany, { ...said, ids: [id] });
    expect(resolvedManySchema.parse(again.body).results).toEqual([{ id, outcome: 'done' }]);
    expect(await tasks()).toEqual([]);
  });

  it('is acknowledged once, however many do it at once', async () => {
    const { id } = await theTask();
    const fifty = Array.from({ length: 50 }, () => clinic.post(worklistPaths.acknowledge(id)));
    expect(new Set((await Promise.all(fifty)).map((it) => it.status))).toEqual(new Set([200]));
    const acts = clinic.parts.db.selectFrom('task_acts').select('act');
    expect(await acts.execute()).toEqual([{ act: 'acknowledged' }]);
  });

  describe('when nobody answers in time', () => {
    const levels = async () =>
      (await escalate(clinic.parts.db, clinic.clock)).map((it) => it.level);

    it('is passed on when it is due, and once more a working day later', async () => {
      const { dueAt } = await theTask();
      expect(await levels()).toEqual([]);
      clinic.clock.jumpWall(dueAt! - now);
      expect(await levels()).toEqual([1]);
      expect(await levels()).toEqual([]);
      clinic.clock.jumpWall(4 * day);
      expect(await levels()).toEqual([2]);
      clinic.clock.jumpWall(30 * day);
      expect(await levels()).toEqual([]);
      expect(await tasks()).toMatchObject([{ escalated: 2 }]);
    });

    it('is left alone while somebody works on it', async () => {
      const { id, dueAt } = await theTask();
      await clinic.post(worklistPaths.take(id));
      clinic.clock.jumpWall(dueAt! - now);
      expect(await levels()).toEqual([]);
      expect(await tasks()).toMatchObject([{ escalated: 0 }]);
    });
  });

  it('tells medical technology of what is theirs, and the clinic of what is red', async () => {
    const { db } = clinic.parts;
    for (const audience of ['clinic', 'technology'] as const)
      await addRecipient(db, 'lung', { channel: 'log', address: '', audience });
    const told = () =>
      db
        .selectFrom('notifications')
        .innerJoin('recipients', 'recipients.id', 'notifications.recipient')
        .select(['audience', 'kind'])
        .orderBy('audience')
        .orderBy('kind')
        .execute();
    const failed = { kind: 'spo2', patient: anna, failure: 'sensor_off' } as const;
    await clinic.see([aMeasurement({ ...failed, values: { spo2: 90 }, at: now - hour })]);
    expect(await told()).toEqual([{ audience: 'technology', kind: 'task-technical' }]);
    await theTask();
    const [task] = await tasks();
    clinic.clock.jumpWall(task!.dueAt! - now);
    await escalate(db, clinic.clock);
    expect((await told()).filter((it) => it.audience === 'clinic')).toEqual([
      { audience: 'clinic', kind: 'task-overdue' },
      { audience: 'clinic', kind: 'task-red' },
    ]);
  });

  it('asks for a handover while a unit with patients lacks somebody', async () => {
    const { db } = clinic.parts;
    const units = new Units(db);
    const [a, b] = [await clinic.addStaff('One'), await clinic.addStaff('Two')];
    await units.set('lung', { responsible: a, substitute: b });
    expect(await reviewCoverage(db, now)).toBe(false);
    await new Staff(db).leave(b, now);
    expect(await reviewCoverage(db, now)).toBe(true);
    expect(await reviewCoverage(db, now)).toBe(false);
    expect(await tasks()).toMatchObject([{ kind: 'handover', unit: 'lung', patient: null }]);
    await units.set('lung', { substitute: await clinic.addStaff('Three') });
    expect(await reviewCoverage(db, now)).toBe(true);
    expect(await tasks()).toEqual([]);
  });

  it('leaves the patient list green when a task is dealt with', async () => {
    const { id } = await theTask();
    await clinic.post(worklistPaths.resolve(id), { reason: 'contacted' });
    const { body } = await clinic.get(clinicPaths.patients);
    expect(body).toMatchObject({ patients: [{ colour: 'green', openTasks: 0 }] });
  });
});
