import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { minutesIn, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { windowsOn } from '@hemma/protocols/plans/due.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { loadContent } from './content.js';
import { courseOf } from './course.js';
import { type Done, type OccasionFacts, occasionsOf } from '@hemma/protocols/plans/occasions.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
/** 2025-03-29, the day before clocks go forward. */
const START = Date.UTC(2025, 2, 29) / 86_400_000;

const plan = content.plans.get('heart-failure')!;
const course = courseOf({ plan, content, calendar, parameters: {}, startDay: START });
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));
const measured = (day: number, time: string): Done => ({
  at: at(day, time),
  enteredAt: at(day, time),
  byHand: false,
});

const dueOn = (task: Task) => (day: number) => windowsOn(task, course, day, () => false);

function states(facts: Partial<OccasionFacts>, days = 4): string[] {
  const task = plan.tasks.find((it) => it.id === 'weight-daily')!;
  const none = { course, task, done: [], pauses: [], dueOn: dueOn(task) };
  return occasionsOf({ ...none, now: at(2, '08:00'), ...facts }, START, START + days - 1).map(
    (it) => it.state,
  );
}

describe('occasions', () => {
  it('are missed at the end of the day, open in it, and upcoming before their window', () => {
    expect(states({})).toEqual(['missed', 'missed', 'open', 'upcoming']);
    expect(states({ now: at(1, '04:59') })).toEqual(['missed', 'upcoming', 'upcoming', 'upcoming']);
    expect(states({ now: at(1, '23:59') })[1]).toBe('open');
    expect(states({ now: at(2, '00:00') })[1]).toBe('missed');
  });

  it('are done in the window, its last minute included, and done late the same day', () => {
    const lastSecond = { ...measured(1, '11:00'), at: at(1, '11:00') + 59_000 };
    expect(states({ done: [measured(0, '05:00'), lastSecond, measured(2, '11:01')] })).toEqual([
      'done',
      'done',
      'done-late',
      'upcoming',
    ]);
  });

  it('are backfilled when the patient chose an earlier day; a device that comes late is not', () => {
    const byHand = { ...measured(0, '07:00'), enteredAt: at(2, '07:00'), byHand: true };
    const memory = { ...measured(1, '07:00'), enteredAt: at(2, '07:00') };
    expect(states({ done: [byHand, memory] })).toEqual(['backfilled', 'done', 'open', 'upcoming']);
  });

  it('never count in an agreed pause', () => {
    const pauses = [{ fromDay: START + 1, toDay: START + 2 }];
    expect(states({ pauses })).toEqual(['missed', 'paused', 'paused', 'upcoming']);
    expect(states({ pauses, done: [measured(1, '07:00')] })[1]).toBe('done');
  });

  it('keep their wall time when clocks change', () => {
    const task = plan.tasks[0]!;
    const facts = { course, task, done: [], pauses: [], dueOn: dueOn(task), now: 0 };
    const [before, after] = occasionsOf(facts, START, START + 1);
    expect(after!.opensAt - before!.opensAt).toBe(23 * 3_600_000);
  });

  it('give what was done outside the windows to what is left', () => {
    const task = content.plans.get('hypertension')!.tasks[0]!;
    const facts = {
      task,
      dueOn: () => task.schedule.windows,
      done: [measured(0, '12:00'), measured(0, '18:00')],
    };
    expect(states(facts, 1)).toEqual(['done-late', 'done']);
  });

  it('are not done in advance by what was done before their window opens', () => {
    const task = content.plans.get('hypertension')!.tasks[0]!;
    const done = [measured(0, '07:00'), measured(0, '12:00')];
    const facts = { task, dueOn: () => task.schedule.windows, done };
    expect(states({ ...facts, now: at(0, '13:00') }, 1)).toEqual(['done', 'upcoming']);
    expect(states({ ...facts, now: at(0, '23:00') }, 1)).toEqual(['done', 'done-late']);
  });
});
