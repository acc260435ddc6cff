import type { Frequency } from '@hemma/protocols/plans/schedule.js';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from './content.js';
import { type Course, courseOf } from './course.js';
import { dueWindows } from './schedule.js';
import { intervalDays, occasionsOn } from '@hemma/protocols/plans/frequency.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
/** 2025-03-03 was a Monday. */
const MONDAY = Date.UTC(2025, 2, 3) / 86_400_000;

function course(plan: string, options: Partial<Course> = {}): Course {
  return courseOf({
    plan: content.plans.get(plan)!,
    content,
    calendar: zonedCalendar(),
    startDay: MONDAY,
    parameters: {},
    ...options,
  });
}

const heartFailure = course('heart-failure');

/** Plan days of the first four weeks on which something is due. */
const dueDays = (frequency: Frequency, on = heartFailure, until = 28) =>
  Array.from({ length: until }, (_, i) => i).filter(
    (it) => occasionsOn(frequency, on, MONDAY + it) > 0,
  );

describe('when a task is due', () => {
  it('knows daily, weekly, every and days', () => {
    expect(dueDays({ type: 'daily' })).toHaveLength(28);
    expect(dueDays({ type: 'weekly', daysOfWeek: [1, 4] })).toEqual([0, 3, 7, 10, 14, 17, 21, 24]);
    expect(dueDays({ type: 'every', days: 10 })).toEqual([0, 10, 20]);
    expect(dueDays({ type: 'days', days: [0, 26, 84] })).toEqual([0, 26]);
    expect(dueDays({ type: 'on-demand', suggestedBy: [] })).toEqual([]);
  });

  it('follows the phase, also when staff move the patient', () => {
    const frequency: Frequency = {
      type: 'phase',
      start: 'daily',
      active: 'every:7',
      stable: 'none',
    };
    expect(dueDays(frequency).slice(12)).toEqual([12, 13, 14, 21]);
    const moved = course('heart-failure', { phaseMoves: [{ day: MONDAY + 2, phase: 'stable' }] });
    expect(dueDays(frequency, moved)).toEqual([0, 1]);
  });

  it.each([
    [1, [1]],
    [2, [1, 4]],
    [3, [1, 3, 5]],
    [5, [1, 2, 3, 5, 6]],
    [7, [1, 2, 3, 4, 5, 6, 7]],
  ])('spreads %i a week over the weekdays', (perWeek, weekdays) => {
    const on = course('neurorehab-health-plan', { parameters: { perWeek } });
    const frequency: Frequency = { type: 'from-parameter', parameter: 'perWeek', spread: 'even' };
    expect(dueDays(frequency, on, 7).map((it) => it + 1)).toEqual(weekdays);
  });

  it('spreads more than 7 a week with the fuller days first', () => {
    const on = course('neurorehab-health-plan', { parameters: { perWeek: 10 } });
    const task = on.plan.tasks[0]!;
    const times = [0, 1, 2, 3, 4, 5, 6].map(
      (it) => dueWindows(task, on, MONDAY + it, () => false).length,
    );
    expect(times).toEqual([2, 2, 2, 1, 1, 1, 1]);
  });

  it('has nothing before the start, nor outside its phases', () => {
    const module = course('mental-health-icbt').plan.tasks.find((it) => it.id === 'module')!;
    const on = course('mental-health-icbt');
    const due = (day: number) => dueWindows(module, on, MONDAY + day, () => false).length;
    expect([due(-7), due(0), due(7), due(63), due(70)]).toEqual([0, 0, 1, 1, 0]);
  });

  it.each([
    ['diet', 0, 0],
    ['tablets-hypo-risk', 0, 7],
    ['insulin-basal', 1, 7],
    ['insulin-multiple', 4, 7],
  ])('lets the treatment %s choose the windows', (treatment, plain, inSeries) => {
    const on = course('type2-diabetes', { parameters: { treatment } });
    const task = on.plan.tasks.find((it) => it.id === 'glucose-profile')!;
    const due = (isSeriesDay: boolean) => dueWindows(task, on, MONDAY, () => isSeriesDay).length;
    expect([due(false), due(true)]).toEqual([plain, inSeries]);
  });

  it('asks for a series on its days only', () => {
    const on = course('hypertension');
    const task = on.plan.tasks[0]!;
    const windows = dueWindows(task, on, MONDAY, (series) => series === 'bp-series');
    expect(windows.map((it) => it.id)).toEqual(['morning', 'evening']);
    expect(dueWindows(task, on, MONDAY, () => false)).toEqual([]);
  });
});

describe('the interval of a schedule', () => {
  it.each<[Frequency, number]>([
    [{ type: 'daily' }, 1],
    [{ type: 'weekly', daysOfWeek: [1, 4] }, 3.5],
    [{ type: 'every', days: 28 }, 28],
    [{ type: 'days', days: [0, 42, 84, 168] }, 84],
    [{ type: 'on-demand', suggestedBy: [] }, 1],
  ])('%j: %d days', (frequency, days) => {
    expect(intervalDays(frequency, null)).toBe(days);
  });

  it('is that of the phase, or the longest when the phase is not told', () => {
    const frequency: Frequency = {
      type: 'phase',
      start: 'daily',
      active: 'weekly:1,4',
      stable: 'weekly:1',
    };
    expect(['start', 'active', 'stable', null].map((it) => intervalDays(frequency, it))).toEqual([
      1, 3.5, 7, 7,
    ]);
  });
});
