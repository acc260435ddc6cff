import type { Task } from '@hemma/protocols/plans/task.js';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';
import { type Decimal, largest, mean, roundHalfUp, sum } from './decimal.js';
import { groupBy } from './group.js';
import { type ReadingSample, type Sample, later } from './lookup.js';

/** Monitoring plans §3.5: how the readings of a day become its daily value. */

interface Occasion {
  readonly readings: readonly ReadingSample[];
  readonly task: Task;
  readonly readingsPerWindow: number;
}
interface DayValue {
  readonly value: Decimal | null;
  readonly used: readonly ReadingSample[];
}

interface DailyOptions {
  readonly decimals: number;
  /** Readings that count in a window; a series parameter may override the task. */
  readonly readingsPerWindow: (task: Task) => number;
}

/**
 * One sample for each day with readings, in order. The first task in plan order that has a value
 * decides; readings that belong to no task count as the first of the day.
 */
export function dailySamples(
  readings: readonly ReadingSample[],
  tasks: readonly Task[],
  options: DailyOptions,
): readonly Sample[] {
  return [...byDay(readings).values()].flatMap((ofDay) => {
    const { value, used } = dayValue(ofDay, tasks, options);
    const [first, ...others] = used;
    if (value === null || first === undefined) return [];
    return [
      {
        ...others.reduce(later, first),
        value: roundHalfUp(value, options.decimals),
        knownAt: Math.max(...used.map((it) => it.knownAt)),
        ids: used.flatMap((it) => it.ids),
      },
    ];
  });
}

function byDay(readings: readonly ReadingSample[]): ReadonlyMap<number, readonly ReadingSample[]> {
  return groupBy(readings, (it) => it.day);
}

function dayValue(
  ofDay: readonly ReadingSample[],
  tasks: readonly Task[],
  options: DailyOptions,
): DayValue {
  for (const task of tasks) {
    const readings = ofDay.filter((it) => mayComeFrom(task, it));
    const readingsPerWindow = options.readingsPerWindow(task);
    const found = combine[task.combine]({ readings, task, readingsPerWindow });
    if (found.value !== null) return found;
  }
  return firstOf(ofDay);
}

function mayComeFrom(task: Task, { deviceKind }: ReadingSample): boolean {
  return deviceKind === null || task.device.kinds.includes(deviceKind);
}

const combine: Readonly<Record<Task['combine'], (occasion: Occasion) => DayValue>> = {
  single: (occasion) => firstOf(windowsOf(occasion).flat()),
  mean: (occasion) => {
    const groups = windowsOf(occasion).map((it) => it.slice(0, occasion.readingsPerWindow));
    const means = groups.flatMap((it) => mean(it.map(({ value }) => value)) ?? []);
    return { value: mean(means), used: groups.flat() };
  },
  best: (occasion) => {
    const readings = windowsOf(occasion).flat();
    const value = largest(readings.map((it) => it.value));
    return { value, used: readings.filter((it) => value?.eq(it.value)).slice(0, 1) };
  },
  sum: ({ readings }) => ({
    value: readings.length === 0 ? null : sum(readings.map((it) => it.value)),
    used: readings,
  }),
  series: ({ readings }) => ({ value: mean(readings.map((it) => it.value)), used: readings }),
};

/**
 * The readings of each window that has some. An occasion that was done late the same day has the
 * readings outside the windows as its value.
 */
function windowsOf({ task, readings }: Occasion): readonly (readonly ReadingSample[])[] {
  const inWindows = task.schedule.windows
    .map(({ from, to }) =>
      readings.filter((it) => minutesIn(from) <= it.minute && it.minute <= minutesIn(to)),
    )
    .filter((it) => it.length > 0);
  return inWindows.length > 0 ? inWindows : [readings];
}

function firstOf(readings: readonly ReadingSample[]): DayValue {
  const [first] = readings;
  return first === undefined ? { value: null, used: [] } : { value: first.value, used: [first] };
}
