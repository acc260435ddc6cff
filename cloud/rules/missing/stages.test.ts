import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { minutesIn, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../../plans/content.js';
import { emptyRecord } from '../../plans/record.js';
import { courseOf } from '../../plans/course.js';
import type { Pause } from '@hemma/protocols/plans/occasions.js';
import { gapsOf } from './gaps.js';
import { openingOf } from './stages.js';
import type { StageFacts } from './stages.js';
import { watchedBy } from './watched.js';

const content = loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
const calendar = zonedCalendar();
/** A Monday, four weeks before the clocks go forward. */
const START = Date.UTC(2025, 2, 3) / 86_400_000;
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));

interface Given {
  readonly plan?: string;
  readonly task?: string;
  /** Plan days with a value. */
  readonly doneOn?: readonly number[];
  readonly pauses?: readonly Pause[];
  readonly runs?: StageFacts['runs'];
  readonly now: number;
}

/** The stages that are open now, in any gap that goes on. */
function stages({ plan: planId = 'heart-failure', task = 'weight-daily', ...given }: Given) {
  const plan = content.plans.get(planId)!;
  const course = courseOf({ plan, content, calendar, parameters: {}, startDay: START });
  const { doneOn = [], pauses = [], runs = [], now } = given;
  const done = doneOn.map((day) => at(day, '08:00'));
  const watched = watchedBy(plan, task)!;
  const due = (day: number) =>
    pauses.some((it) => it.fromDay <= day && day <= it.toDay)
      ? []
      : watched.windows(day, course, () => true);
  const going = gapsOf({ done, pauses, startDay: START, calendar }).filter(
    ({ from, until }) => from <= now && now < until,
  );
  return plan.missingData
    .filter((it) => it.task === task)
    .filter((stage) =>
      going.some((gap) => openingOf(stage.after, { gap, due, runs, calendar, now }) !== null),
    )
    .map((it) => it.stage);
}

describe('missing data (§6)', () => {
  it('opens stage after stage, in the night after so many days since the last value', () => {
    const after = (day: number, time = '12:00') => stages({ doneOn: [0, 1], now: at(day, time) });
    expect(after(1)).toEqual([]);
    expect(after(2)).toEqual([]);
    expect(after(3, '02:59')).toEqual([]);
    expect(after(3, '03:00')).toEqual(['reminder']);
    expect(after(4)).toEqual(['reminder', 'offer-help']);
    expect(after(6)).toEqual(['reminder', 'offer-help', 'staff-contact']);
  });

  it('counts from the start of the plan while there is no value', () => {
    expect(stages({ now: at(3, '03:00') })).toEqual(['reminder', 'offer-help']);
  });

  it('closes every stage with a new value', () => {
    expect(stages({ doneOn: [0, 6], now: at(6, '12:00') })).toEqual([]);
  });

  it('is silent in a pause, and after one until something was missed again', () => {
    const pauses = [{ fromDay: START + 1, toDay: START + 9 }];
    expect(stages({ doneOn: [0], pauses, now: at(9, '12:00') })).toEqual([]);
    expect(stages({ doneOn: [0], pauses, now: at(10, '12:00') })).toEqual([]);
    expect(stages({ doneOn: [0], pauses, now: at(11, '12:00') })).toHaveLength(3);
    const open = [{ fromDay: START + 1, toDay: Infinity }];
    expect(stages({ doneOn: [0], pauses: open, now: at(40, '12:00') })).toEqual([]);
  });

  it('reminds two hours after a window of a series closed', () => {
    const hypertension = { plan: 'hypertension', task: 'bp-series' };
    expect(stages({ ...hypertension, now: at(0, '11:59') })).toEqual([]);
    expect(stages({ ...hypertension, now: at(0, '12:00') })).toEqual(['reminder']);
    expect(stages({ ...hypertension, doneOn: [0], now: at(0, '12:00') })).toEqual([]);
  });

  it('tells of a missed day and of an insufficient end of a series', () => {
    const profile = { plan: 'type2-diabetes', task: 'glucose-profile' };
    const runs = [{ status: 'insufficient' as const, at: at(8, '03:00') }];
    expect(stages({ ...profile, now: at(1, '02:00') })).toEqual([]);
    expect(stages({ ...profile, now: at(1, '03:00') })).toEqual(['reminder']);
    expect(stages({ ...profile, doneOn: [0], now: at(1, '03:00') })).toEqual([]);
    const late = { ...profile, doneOn: [7], runs };
    expect(stages({ ...late, now: at(8, '02:59') })).toEqual([]);
    expect(stages({ ...late, now: at(8, '03:00') })).toEqual(['offer-help']);
  });

  it('asks for questionnaires as the plan does, and not for what is off', () => {
    const check = { plan: 'copd', task: 'q:hemma-copd-check' };
    expect(stages({ ...check, now: at(13, '12:00') })).toEqual([]);
    expect(stages({ ...check, now: at(15, '12:00') })).toEqual(['offer-help']);
    expect(watchedBy(content.plans.get('copd')!, 'q:cat')).toBeNull();
  });
});

describe('the values of a task', () => {
  const valuesOf = (planId: string, id: string, metrics: readonly string[]) => {
    const plan = content.plans.get(planId)!;
    const on = plan.tasks.map((it) => (it.id === id ? { ...it, enabledByDefault: true } : it));
    const readings = metrics.map((metric, i) => ({
      ...{ id: `r${i}`, at: i, receivedAt: i, values: { [metric]: 1 }, context: {} },
      ...{ deviceKind: null, flags: [] },
    }));
    const stated = metrics.map((metric, i) => ({
      ...{ id: `s${i}`, at: 100 + i, receivedAt: 100 + i, metric, value: 1 },
    }));
    const record = { ...emptyRecord, readings, stated };
    return watchedBy({ ...plan, tasks: on }, id)!.values(record);
  };

  it('are those of any of its measurements, which may stand for each other', () => {
    expect(valuesOf('copd', 'spirometry', ['pef', 'fev1', 'spo2'])).toEqual([0, 1, 100, 101]);
    expect(valuesOf('neurorehab-health-plan', 'activity-log', ['energy_nrs'])).toEqual([0, 100]);
  });

  it('are not the pulse that comes with another measurement', () => {
    expect(valuesOf('heart-failure', 'bp-pulse', ['pulse_rate'])).toEqual([]);
    expect(valuesOf('heart-failure', 'bp-pulse', ['diastolic_bp'])).toEqual([0, 100]);
  });
});

describe('gaps', () => {
  const gaps = (done: readonly number[], pauses: readonly Pause[] = []) =>
    gapsOf({ done, pauses, startDay: START, calendar }).map(({ from, until }) => [from, until]);

  it('lie between values, and before the first only when there is none', () => {
    expect(gaps([])).toEqual([[at(0, '00:00'), Infinity]]);
    expect(gaps([5, 9])).toEqual([
      [5, 9],
      [9, Infinity],
    ]);
  });

  it('are cut by pauses, also by those that overlap or are open', () => {
    const day = (n: number) => at(n, '00:00');
    const pauses = [
      { fromDay: START + 5, toDay: START + 6 },
      { fromDay: START + 2, toDay: START + 5 },
      { fromDay: START + 9, toDay: Infinity },
    ];
    expect(gaps([], pauses)).toEqual([
      [day(0), day(2)],
      [day(7), day(9)],
    ]);
  });
});
