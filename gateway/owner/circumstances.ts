import { minCourseValues } from '@hemma/protocols/course-limits.js';
import { sittingMs } from './course.js';
import type { Course } from './course.js';
import { logMean } from './densities.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** People who measure at a set hour are up to this early or late. */
const hourSpreadMs = hourMs;
/** One own reading in ten is taken at any hour of the day. */
const atAnyHour = 0.1;
/** Between getting up and going to bed: a reading this long after another is of the same day. */
const wakingDayMs = 14 * hourMs;
/** Every second reading of somebody else is taken on a day on which the patient has measured before. */
const othersComeAfter = 0.5;
/** Counted beside what was seen, so that a habit is never taken for a law. */
const unseen = { again: 1, all: 2 } as const;
/** Circumstances make a reading more doubtful, and none doubtful by itself: see `askAbove`. */
const mostLogOdds = 2;

/**
 * What the hour says, and what it says that the patient has measured this day already, as log odds that
 * it is somebody else. Both go by the patient's own habits: who measures twice a day is not asked for it.
 */
export function logOddsOfMoment(course: Course, atMs: number): number {
  if (course.length < minCourseValues) return 0;
  const sum = oddsOfHour(course, atMs) + oddsOfRepeat(course, atMs);
  return Math.max(-mostLogOdds, Math.min(mostLogOdds, sum));
}

/** Against any hour of the day, all as likely. */
function oddsOfHour(course: Course, atMs: number): number {
  const anyHour = Math.log((hourSpreadMs * Math.sqrt(2 * Math.PI)) / dayMs);
  const usual = logMean(course.map((point) => -((hoursApart(point.atMs, atMs) / hourMs) ** 2) / 2));
  const own = Math.log((1 - atAnyHour) * Math.exp(usual) + atAnyHour * Math.exp(anyHour));
  return anyHour - own;
}

function hoursApart(one: number, other: number): number {
  const apartMs = Math.abs(one - other) % dayMs;
  return Math.min(apartMs, dayMs - apartMs);
}

function oddsOfRepeat(course: Course, atMs: number): number {
  const again = course.filter((point) => isAgain(course, point.atMs)).length;
  const own = (again + unseen.again) / (course.length + unseen.all);
  return isAgain(course, atMs)
    ? Math.log(othersComeAfter / own)
    : Math.log((1 - othersComeAfter) / (1 - own));
}

/** Not within one sitting: two values in a row are how pressure is to be measured. */
function isAgain(course: Course, atMs: number): boolean {
  return course.some(({ atMs: before }) => {
    const sinceMs = atMs - before;
    return sittingMs < sinceMs && sinceMs < wakingDayMs;
  });
}
