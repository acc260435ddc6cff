import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { minutesIn, zonedCalendar } from '../plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { type Done, type Pause, occasionsOf } from '../plans/occasions.js';
import type { SeriesRun } from '../plans/series.js';
import { isGrey, openStages } from './missing.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
const START = Date.UTC(2025, 2, 3) / 86_400_000;
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));

interface Given {
  readonly plan?: string;
  readonly task?: string;
  /** Plan days with a value. */
  readonly doneOn?: readonly number[];
  readonly pauses?: readonly Pause[];
  readonly runs?: readonly SeriesRun[];
  readonly now: number;
}

function stages({
  plan: planId = 'heart-failure',
  task: taskId = 'weight-daily',
  ...given
}: Given) {
  const plan = content.plans.get(planId)!;
  const task = plan.tasks.find((it) => it.id === taskId)!;
  const course = courseOf({ plan, content, calendar, parameters: {}, startDay: START });
  const { doneOn = [], pauses = [], runs = [], now } = given;
  const done = doneOn.map((day): Done => {
    return { at: at(day, '08:00'), enteredAt: at(day, '08:00'), byHand: false };
  });
  const facts = { course, task, done, pauses, isSeriesDay: () => true, now };
  const occasions = occasionsOf(facts, START, START + 20);
  const lastDay = doneOn.length === 0 ? null : START + Math.max(...doneOn);
  const watched = { task: taskId, occasions, lastDay, runs };
  return openStages({ course, watched, pauses, now }).map((it) => it.stage);
}

describe('missing data (§6)', () => {
  it('opens stage after stage, counted from the last value', () => {
    const after = (day: number) => stages({ doneOn: [0, 1], now: at(day, '12:00') });
    expect(after(1)).toEqual([]);
    expect(after(2)).toEqual([]);
    expect(after(3)).toEqual(['reminder']);
    expect(after(4)).toEqual(['reminder', 'offer-help']);
    expect(after(6)).toEqual(['reminder', 'offer-help', 'staff-contact']);
  });

  it('counts from the start of the plan while there is no value', () => {
    expect(stages({ now: at(3, '00:00') })).toEqual(['reminder', 'offer-help']);
  });

  it('closes every stage with a new value', () => {
    expect(stages({ doneOn: [0, 6], now: at(6, '12:00') })).toEqual([]);
  });

  it('is silent in a pause, and after one when nothing was due in it', () => {
    const pauses = [{ fromDay: START + 1, toDay: START + 9 }];
    expect(stages({ doneOn: [0], pauses, now: at(9, '12:00') })).toEqual([]);
    expect(stages({ doneOn: [0], pauses, now: at(10, '12:00') })).toEqual([]);
    expect(stages({ doneOn: [0], pauses, now: at(11, '12:00') })).toHaveLength(3);
  });

  it('reminds two hours after a window of a series closed', () => {
    const hypertension = { plan: 'hypertension', task: 'bp-series' };
    expect(stages({ ...hypertension, now: at(0, '11:59') })).toEqual([]);
    expect(stages({ ...hypertension, now: at(0, '12:00') })).toEqual(['reminder']);
    expect(stages({ ...hypertension, doneOn: [0], now: at(0, '12:00') })).toEqual([]);
  });

  it('tells of a missed day and of an insufficient end of a series', () => {
    const profile = { plan: 'type2-diabetes', task: 'glucose-profile' };
    const insufficient: SeriesRun = {
      ...{ status: 'insufficient', lastDay: 7, at: 0, day: 0, kept: [], daysKept: 0, taken: [] },
    };
    expect(stages({ ...profile, now: at(0, '23:00') })).toEqual([]);
    expect(stages({ ...profile, now: at(1, '00:00') })).toEqual(['reminder']);
    expect(stages({ ...profile, doneOn: [0], now: at(1, '00:00') })).toEqual([]);
    expect(stages({ ...profile, doneOn: [7], runs: [insufficient], now: at(7, '12:00') })).toEqual([
      'offer-help',
    ]);
  });

  it('turns the patient grey once help was offered', () => {
    const { missingData } = content.plans.get('heart-failure')!;
    expect(isGrey(missingData.slice(0, 1))).toBe(false);
    expect(isGrey(missingData.slice(0, 2))).toBe(true);
  });
});
