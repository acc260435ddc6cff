import { dateOfDay } from '@hemma/protocols/plans/calendar.js';

/** What is put into a kept cohort, counted while it is put in. */
export const nothingKnown = () => ({
  ...{ due: 0, kept: 0, sameDay: 0, daysInPlan: 0 },
  ...{ completed: 0, discontinued: 0, running: 0 },
  ...{ viewMinutes: 0, phoneMinutes: 0, replaced: 0, visits: 0 },
  ...{ hospitalBefore: 0, hospitalAfter: 0 },
  ...{ downHours: 0, downByCause: new Map<string, number>() },
  waits: new Array<number>(),
  seenAfterMinutes: new Array<number>(),
  changes: new Array<number>(),
  before: new Array<number>(),
});

/**
 * What is due on days on which nobody measures any more: a weight each day, blood pressure on Mondays
 * and, until phase "stable" begins, on Thursdays.
 */
export function dueWithoutValues(from: number, to: number, stableFrom: number): number {
  let due = 0;
  for (let day = from; day <= to; day += 1) {
    const weekday = new Date(dateOfDay(day)).getUTCDay();
    due += weekday === 1 || (weekday === 4 && day < stableFrom) ? 2 : 1;
  }
  return due;
}
