import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reminderPaths, remindersSchema } from '@hemma/protocols/api/reminders.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { PlanLibrary } from '../authoring/library.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { setOwnTime } from './choices.js';

const anna = 'p-0000aaaa';
const morning = { plan: 'copd', item: 'spo2-rest/morning' };

describe('what a patient chooses about reminders', () => {
  let clinic: TestClinic;
  let staff: string;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    const care = await careUnit(clinic.parts.db, clinic.clock.wall().ms);
    staff = care.therapist;
    await clinic.addPatient(anna, 'copd', {}, care.unit);
    clinic.actAs('');
  });
  afterEach(() => clinic.stop());

  const shown = async () =>
    remindersSchema.parse((await clinic.get(reminderPaths.reminders(anna))).body);
  const ofMorning = async () => (await shown()).reminders.find((it) => it.item === morning.item);
  const set = (said: object) => clinic.post(reminderPaths.time(anna), { ...morning, ...said });
  const codeOf = ({ status, body }: { status: number; body: unknown }) => [
    status,
    (body as { error: { code: string } }).error.code,
  ];

  it('is the plan, in Swedish, until something is chosen', async () => {
    const reminders = await shown();
    expect(reminders).toMatchObject({ language: 'sv', isOff: false, addresses: [], nextAt: null });
    expect(await ofMorning()).toMatchObject({
      ...{ time: '07:30', usualTime: '07:30', isOwn: false, isOff: false, mayChange: true },
      ...{ repeatMinutes: 120, atMost: 2, quietHours: { from: '21:30', to: '07:00' } },
    });
    // What is measured when a rule suggests it, and what is off in the plan, is not reminded of.
    const items = reminders.reminders.map((it) => it.item);
    expect(items).not.toContain('temperature/day');
    expect(items).not.toContain('activity/day');
    expect(items).toContain('q:hemma-copd-check/day');
  });

  it('is kept, by the patient or by staff for them, and taken back', async () => {
    expect((await set({ time: '22:10' })).status).toBe(200);
    expect(await ofMorning()).toMatchObject({ time: '22:10', isOwn: true });
    clinic.actAs(staff);
    expect((await set({ time: '22:10', isOff: true })).status).toBe(200);
    expect(await ofMorning()).toMatchObject({ time: '22:10', isOff: true });
    expect((await set({ time: null })).status).toBe(200);
    expect(await ofMorning()).toMatchObject({ time: '07:30', isOwn: false, isOff: false });
  });

  it('tells the next reminder once there is somewhere to send it', async () => {
    const address = { channel: 'email', address: 'anna@example.org' };
    expect((await clinic.post(reminderPaths.address(anna), address)).status).toBe(200);
    // A Thursday at nine.
    await set({ time: '09:05' });
    const { nextAt, addresses } = await shown();
    expect(nextAt).toBe(clinic.clock.wall().ms + 5 * 60_000);
    expect(addresses).toEqual([{ ...address, failed: 0, code: null }]);
    await clinic.post(reminderPaths.choices(anna), { isOff: true, language: 'en' });
    expect(await shown()).toMatchObject({ nextAt: null, isOff: true, language: 'en' });
    await clinic.post(reminderPaths.choices(anna), { isOff: false });
    expect(await shown()).toMatchObject({ nextAt, isOff: false, language: 'en' });
    const end = { address: address.address };
    expect((await clinic.post(reminderPaths.addressEnd(anna), end)).status).toBe(200);
    expect(codeOf(await clinic.post(reminderPaths.addressEnd(anna), end))).toEqual([
      404,
      'not_found',
    ]);
  });

  it.each([
    [{ time: '24:00' }, 400, 'request_invalid'],
    [{ time: '7:30' }, 400, 'request_invalid'],
    [{ time: '07:30', item: 'spo2-rest' }, 400, 'request_invalid'],
    [{ time: '07:30', item: 'spo2-rest/evening' }, 404, 'not_found'],
    [{ time: '07:30', plan: 'hypertension' }, 404, 'not_found'],
    [{ time: '07:30', item: 'temperature/day' }, 404, 'not_found'],
  ])('refuses %j', async (said, status, code) => {
    expect(codeOf(await set(said))).toEqual([status, code]);
    expect(await ofMorning()).toMatchObject({ isOwn: false });
  });

  it('leaves a time that the plan fixes to staff', async () => {
    const { planOf } = new PlanLibrary(loadContent(contentDir()));
    const copd = planOf('copd', '0.1.0')!;
    const tasks = copd.tasks.map((it) => ({
      ...it,
      reminder: it.reminder && { ...it.reminder, patientMayChangeTime: false },
    }));
    const parts = { db: clinic.parts.db, clock: clinic.clock, planOf: () => ({ ...copd, tasks }) };
    const own = { ...morning, time: '08:00', isOff: false };
    await expect(setOwnTime(parts, null, anna, own)).rejects.toMatchObject({
      code: 'reminder_fixed',
    });
    // Nobody is reminded against their will.
    await setOwnTime(parts, null, anna, { ...own, time: null, isOff: true });
    await setOwnTime(parts, await clinic.parts.staff.actor(staff), anna, own);
    expect(await ofMorning()).toMatchObject({ time: '08:00', isOff: false });
  });

  it('is not for staff who do not treat', async () => {
    clinic.actAs(await clinic.addStaff('A Technician', { roles: ['technician'] }));
    expect(codeOf(await clinic.get(reminderPaths.reminders(anna)))).toEqual([403, 'not_allowed']);
    expect(codeOf(await set({ time: '08:00' }))).toEqual([403, 'not_allowed']);
  });
});
