import { MINUTE_MS, minutesIn } from '@hemma/protocols/plans/calendar.js';
import type { Course } from '../../plans/course.js';

/** When, today, a window is so long over that its absence is told (`PT2H-after-window`). */
export function afterWindows({ plan, calendar }: Course, now: number): readonly number[] {
  const today = calendar.dayOf(now);
  return plan.missingData.flatMap(({ after, task: id }) => {
    const task = plan.tasks.find((it) => it.id === id);
    if (!after.endsWith('-after-window') || task === undefined) return [];
    const waitMs = Number.parseInt(after.slice(2), 10) * 60 * MINUTE_MS;
    return task.schedule.windows.map(({ to }) => calendar.instant(today, minutesIn(to)) + waitMs);
  });
}
