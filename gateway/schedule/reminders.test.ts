import { describe, expect, it, onTestFinished } from 'vitest';
import { aSchedule, PatientPage } from '../../tooling/testkit/patient-page.js';
import { Taken } from '../taken.js';
import { localTimeOf } from '../local-time.js';
import { Reminders } from './reminders.js';

const timeZone = 'Europe/Stockholm';
const hourMs = 3_600_000;
/** 05:30 in Stockholm. */
const early = Date.UTC(2026, 0, 15, 4, 30);

async function home(quietHours = { from: '21:30', to: '06:00' }) {
  const page = new PatientPage(early);
  await page.start();
  const schedule = aSchedule({ plan: 'heart-failure', start: early });
  const tasks = schedule.tasks.flatMap((it) =>
    it.reminder === null || it.id !== 'weight-daily'
      ? []
      : [{ ...it, reminder: { ...it.reminder, repeatMinutes: 60, maxPerWindow: 3, quietHours } }],
  );
  page.want({ schedules: [{ ...schedule, tasks }] });
  const heard: string[] = [];
  const { clock, outbox } = page;
  const reminders = new Reminders({
    ...{ home: page.home, taken: new Taken(outbox), clock, timeZone },
    cue: {
      due: () => undefined,
      ended: () => undefined,
      remind: () => heard.push(localTimeOf(clock.wall().ms, timeZone).slice(11, 16)),
    },
  });
  reminders.start();
  onTestFinished(async () => {
    reminders.stop();
    await page.stop();
  });
  const [{ target } = { target: '' }] = tasks[0]!.schedule.windows;
  return { page, heard, target };
}

const plusHours = (time: string, hours: number): string =>
  `${String(Number(time.slice(0, 2)) + hours).padStart(2, '0')}${time.slice(2)}`;

describe('reminders of a plan', () => {
  it('come at the target, again, and no more often than allowed', async () => {
    const { page, heard, target } = await home();
    await page.clock.advance(12 * hourMs);
    expect(heard).toEqual([target, plusHours(target, 1), plusHours(target, 2)]);
  });

  it('stop as soon as it is done', async () => {
    const { page, heard, target } = await home();
    await page.clock.advance(2.5 * hourMs);
    page.measure('body_weight', [{ code: 'body_weight', value: 72 }]);
    await page.clock.advance(6 * hourMs);
    expect(heard).toEqual([target]);
  });

  it('are silent in quiet hours, and while nobody knows the time', async () => {
    const quiet = await home({ from: '21:30', to: '08:00' });
    await quiet.page.clock.advance(12 * hourMs);
    expect(quiet.heard[0]! >= '08:00').toBe(true);
    const lost = await home();
    lost.page.clock.trust = 'unknown';
    await lost.page.clock.advance(12 * hourMs);
    expect(lost.heard).toEqual([]);
  });
});
