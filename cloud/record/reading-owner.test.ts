import { beforeEach, describe, expect, it } from 'vitest';
import { ownerPath } from '@hemma/protocols/api/reading-owner.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';

const anna = 'p-00000001';
const minute = 60_000;

describe('a reading of which nobody at home said whose it is', () => {
  let clinic: TestClinic;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    await clinic.addPatient(anna, 'hypertension');
    return () => clinic.stop();
  });

  const strange = (systolic_bp: number, at: number): Measurement =>
    aMeasurement({
      ...{ at, patient: anna, flags: ['owner_unconfirmed'] },
      values: { systolic_bp, diastolic_bp: 80 },
    });
  const rules = async (): Promise<string[]> => {
    const found = await clinic.parts.db.selectFrom('findings').select('rule').execute();
    return found.map((it) => it.rule).sort();
  };
  /** What a person did is looked at. */
  const look = async (): Promise<void> => {
    const { db, rules: follower, journal } = clinic.parts;
    const position = await journal.head();
    await db.transaction().execute((trx) => follower.wake(trx, position));
  };
  const notJudged = 'not-judged:blood_pressure:owner-unknown';
  const say = (entry: string, answer: string) => clinic.post(ownerPath(anna, entry), { answer });

  it('is judged by no rule, and is a task of the clinic', async () => {
    await clinic.see([strange(186, someMorning)]);
    expect(await rules()).toEqual([notJudged]);
    const tasks = await clinic.parts.db.selectFrom('tasks').select('severity').execute();
    expect(tasks).toEqual([{ severity: 'yellow' }]);
  });

  it('is judged as of its own time once staff say that it is the patient’s', async () => {
    const reading = strange(186, someMorning);
    await clinic.see([reading]);
    expect(await say(reading.id, 'mine')).toMatchObject({ status: 200 });
    await look();
    const found = await rules();
    expect(found).not.toContain(notJudged);
    expect(found.length).toBeGreaterThan(0);
    expect(await say(reading.id, 'not-mine')).toMatchObject({
      body: { error: { code: 'wrong_state' } },
    });
  });

  it('never counts once staff say that it is somebody else’s', async () => {
    const reading = strange(186, someMorning);
    await clinic.see([reading]);
    expect(await say(reading.id, 'not-mine')).toMatchObject({ status: 200 });
    await look();
    expect((await rules()).filter((it) => it !== notJudged)).toEqual([]);
    expect(await say(reading.id, 'mine')).toMatchObject({
      body: { error: { code: 'wrong_state' } },
    });
  });

  it('is no question where it never was one, for another patient, or for a technician', async () => {
    const own = aMeasurement({ at: someMorning + minute, patient: anna });
    const reading = strange(186, someMorning);
    await clinic.see([own, reading]);
    expect(await say(own.id, 'mine')).toMatchObject({ body: { error: { code: 'wrong_state' } } });
    expect(await say('a'.repeat(64), 'mine')).toMatchObject({
      body: { error: { code: 'not_found' } },
    });
    expect(await say('x', 'mine')).toMatchObject({ body: { error: { code: 'request_invalid' } } });
    expect(await say(reading.id, 'perhaps')).toMatchObject({
      body: { error: { code: 'request_invalid' } },
    });
    clinic.actAs(await clinic.addStaff('Technician', { roles: ['technician'] }));
    expect(await say(reading.id, 'mine')).toMatchObject({
      body: { error: { code: 'not_allowed' } },
    });
  });
});
