import type { Task } from '@hemma/protocols/plans/task.js';
import { describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from './content.js';
import { dailySamples } from './daily.js';
import { decimal } from './decimal.js';
import type { ReadingSample } from './lookup.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const taskOf = (plan: string, id: string): Task =>
  content.plans.get(plan)!.tasks.find((it) => it.id === id)!;

const weight = taskOf('heart-failure', 'weight-daily');
const pressure = taskOf('heart-failure', 'bp-pulse');
const oximeter = taskOf('heart-failure', 'spo2');
const spirometry = taskOf('copd', 'spirometry');
const activities = taskOf('neurorehab-health-plan', 'activity-log');
const series = taskOf('hypertension', 'bp-series');

type Given = readonly [time: string, value: number, deviceKind?: string];

function readings(...given: readonly Given[]): readonly ReadingSample[] {
  return given.map(([time, value, deviceKind = null as string | null], seq) => ({
    at: minutesIn(time) * 60_000,
    day: 0,
    seq,
    metric: 'any',
    value: decimal(value),
    knownAt: minutesIn(time) * 60_000 + seq,
    ids: [`r${seq}`],
    minute: minutesIn(time),
    deviceKind,
    flags: [],
    context: {},
  }));
}

function dailyOf(tasks: readonly Task[], given: readonly Given[], decimals = 1) {
  const options = { decimals, readingsPerWindow: (it: Task) => it.schedule.readingsPerWindow };
  const [sample] = dailySamples(readings(...given), tasks, options);
  return sample === undefined ? null : [sample.value.toNumber(), sample.ids];
}

describe('the daily value', () => {
  it('single: is the first reading in the window', () => {
    expect(
      dailyOf(
        [weight],
        [
          ['04:30', 81],
          ['07:00', 80.2],
          ['07:05', 80.4],
        ],
      ),
    ).toEqual([80.2, ['r1']]);
  });

  it('single: is the first of the day when the window has none', () => {
    expect(
      dailyOf(
        [weight],
        [
          ['12:00', 81],
          ['13:00', 80],
        ],
      ),
    ).toEqual([81, ['r0']]);
  });

  it('counts the last minute of the window', () => {
    expect(
      dailyOf(
        [weight],
        [
          ['04:59', 81],
          ['11:00', 80],
        ],
      ),
    ).toEqual([80, ['r1']]);
  });

  it('mean: takes the first two readings in the window, and rounds half up', () => {
    const given: Given[] = [
      ['07:00', 134],
      ['07:01', 135],
      ['07:02', 190],
    ];
    expect(dailyOf([pressure], given, 0)).toEqual([135, ['r0', 'r1']]);
  });

  it('mean: is content with one reading, and with one outside the window', () => {
    expect(dailyOf([pressure], [['07:00', 134]], 0)).toEqual([134, ['r0']]);
    expect(dailyOf([pressure], [['15:00', 134]], 0)).toEqual([134, ['r0']]);
  });

  it('mean: each window weighs the same', () => {
    const twice = {
      ...pressure,
      schedule: { ...pressure.schedule, windows: series.schedule.windows },
    };
    const given: Given[] = [
      ['07:00', 130],
      ['07:01', 140],
      ['19:00', 120],
    ];
    expect(dailyOf([twice], given)).toEqual([127.5, ['r0', 'r1', 'r2']]);
  });

  it('best: is the highest blow', () => {
    const given: Given[] = [
      ['07:00', 390],
      ['07:01', 410],
      ['07:02', 400],
    ];
    expect(dailyOf([spirometry], given)).toEqual([410, ['r1']]);
  });

  it('sum: is everything of the day', () => {
    expect(
      dailyOf(
        [activities],
        [
          ['05:00', 20],
          ['18:00', 15],
        ],
      ),
    ).toEqual([35, ['r0', 'r1']]);
  });

  it('series: is the mean of the day, for the graph', () => {
    expect(
      dailyOf(
        [series],
        [
          ['07:00', 130],
          ['19:00', 133],
        ],
      ),
    ).toEqual([131.5, ['r0', 'r1']]);
  });

  it('takes the first task in plan order that has a value, by the device', () => {
    const given: Given[] = [
      ['07:00', 88, 'pulse_oximeter'],
      ['07:30', 70, 'bp_monitor'],
    ];
    expect(dailyOf([pressure, oximeter], given)).toEqual([70, ['r1']]);
    expect(dailyOf([oximeter, pressure], given)).toEqual([88, ['r0']]);
  });

  it('counts a reading that belongs to no task', () => {
    expect(dailyOf([], [['07:00', 37.2]])).toEqual([37.2, ['r0']]);
    expect(dailyOf([weight], [['07:00', 80, 'phone']])).toEqual([80, ['r0']]);
  });

  it('is known when the last of its readings was', () => {
    const options = { decimals: 0, readingsPerWindow: () => 2 };
    const [sample] = dailySamples(readings(['07:00', 130], ['07:01', 132]), [pressure], options);
    expect(sample).toMatchObject({ seq: 1, at: 421 * 60_000, knownAt: 421 * 60_000 + 1 });
  });
});
