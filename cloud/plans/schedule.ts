import type { DueWindow, IsSeriesDay } from '@hemma/protocols/plans/due.js';
import { windowsOn } from '@hemma/protocols/plans/due.js';
import type { Task } from '@hemma/protocols/plans/task.js';
import type { Course } from './course.js';
import { stepDays } from './steps.js';

/** The windows in which a task is due on a day, one entry for each occasion; steps count as such. */
export function dueWindows(
  task: Task,
  course: Course,
  day: number,
  isSeriesDay: IsSeriesDay,
): readonly DueWindow[] {
  if (day < course.startDay) return [];
  const steps = stepDays(task, course);
  if (steps !== null) return steps.includes(day) ? task.schedule.windows : [];
  return windowsOn(task, course, day, isSeriesDay);
}
