import type { Frequency, Window } from './schedule.js';
import type { Task } from './task.js';
import { occasionsOn } from './frequency.js';
import { phaseOn, runsIn } from './phases.js';
import type { Running } from './phases.js';

/** Monitoring plans §2: in which of its windows a task is due on a day. */

/** What of a task decides when it is due. */
export type Scheduled = Pick<Task, 'id' | 'phases'> & {
  readonly schedule: {
    readonly frequency: Frequency;
    readonly windows: readonly DueWindow[];
  };
};

/** A stretch of the day, local wall times `HH:MM`, both included. */
export type DueWindow = Pick<Window, 'id' | 'from' | 'to'>;

/** Whether a day belongs to a running series; told by whoever knows the series of the patient. */
export type IsSeriesDay = (series: string, day: number) => boolean;

const FASTING_WINDOWS = ['before-breakfast'];
const PREMEAL_WINDOWS = ['before-breakfast', 'before-lunch', 'before-dinner', 'bedtime'];

/** The windows in which a task is due on a day by its frequency, one entry for each occasion. */
export function windowsOn(
  task: Scheduled,
  course: Running,
  day: number,
  isSeriesDay: IsSeriesDay,
): readonly DueWindow[] {
  if (day < course.startDay || !runsIn(task.phases, phaseOn(course, day))) return [];
  const { frequency, windows } = task.schedule;
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
  windows: readonly DueWindow[],
  isToday: (series: string) => boolean,
): readonly DueWindow[] {
  const [kind = 'none', series = ''] = choice.split(/[:+]/);
  if (kind === 'none') return [];
  if (isToday(series)) return windows;
  const daily = { 'daily-fasting': FASTING_WINDOWS, 'daily-premeal': PREMEAL_WINDOWS }[kind] ?? [];
  return windows.filter((it) => daily.includes(it.id));
}
