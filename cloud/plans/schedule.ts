import type { Window } from '@hemma/protocols/plans/schedule.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import { type Course, phaseOn, runsIn } from './course.js';
import { occasionsOn } from './frequency.js';
import { stepDays } from './steps.js';

/** Monitoring plans §2: in which of its windows a task is due on a day. */

/** Whether a day belongs to a running series; told by whoever knows the series of the patient. */
export type IsSeriesDay = (series: string, day: number) => boolean;

const FASTING_WINDOWS = ['before-breakfast'];
const PREMEAL_WINDOWS = ['before-breakfast', 'before-lunch', 'before-dinner', 'bedtime'];

/** The windows in which a task is due on a day, one entry for each occasion. */
export function dueWindows(
  task: Task,
  course: Course,
  day: number,
  isSeriesDay: IsSeriesDay,
): readonly Window[] {
  if (day < course.startDay) return [];
  const { frequency, windows } = task.schedule;
  const steps = stepDays(task, course);
  if (steps !== null) return steps.includes(day) ? windows : [];
  if (!runsIn(task.phases, phaseOn(course, day))) return [];
  if (frequency.type === 'series') return isSeriesDay(frequency.seriesId, day) ? windows : [];
  if (frequency.type === 'by-parameter') {
    const choice = frequency.map[String(course.parameters[frequency.parameter])] ?? 'none';
    return chosenWindows(choice, windows, (series) => isSeriesDay(series, day));
  }
  const times = occasionsOn(frequency, course, day);
  return Array.from({ length: times }, () => windows).flat();
}

function chosenWindows(
  choice: string,
  windows: readonly Window[],
  isToday: (series: string) => boolean,
): readonly Window[] {
  const [kind = 'none', series = ''] = choice.split(/[:+]/);
  if (kind === 'none') return [];
  if (isToday(series)) return windows;
  const daily = { 'daily-fasting': FASTING_WINDOWS, 'daily-premeal': PREMEAL_WINDOWS }[kind] ?? [];
  return windows.filter((it) => daily.includes(it.id));
}
