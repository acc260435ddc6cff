import { courseLimits, minCourseValues } from '@hemma/protocols/course-limits.js';
import type { CourseLimit } from '@hemma/protocols/course-limits.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { logNormal } from './densities.js';

/** One value of a patient's own course. */
export interface CoursePoint {
  readonly patient: string;
  readonly quantity: QuantityCode;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly value: number;
}

/** The course of one quantity, oldest first. */
export type Course = readonly Pick<CoursePoint, 'atMs' | 'value'>[];

/** One value of a reading, with the patient's own course of its quantity. */
export interface Compared {
  readonly code: QuantityCode;
  readonly value: number;
  readonly limit: CourseLimit;
  readonly course: Course;
}

const dayMs = 86_400_000;
/** A repeat of a value that was asked about, or that was far off and true, is asked about no more. */
export const sittingMs = 3_600_000;
/** A median absolute deviation times this is a standard deviation, for normal spread. */
const madToDeviation = 1.4826;
/** A course that swings wider than this many spreads no longer tells anybody apart. */
const widestSpreads = 1.5;
/** Values in a row, all off to one side, that are a new level and no chance: one in a hundred courses. */
const valuesOfNewLevel = 3;

/** The values of a reading whose quantities tell people apart and that have a course. */
export function comparable(
  values: readonly { readonly code: QuantityCode; readonly value: number }[],
  courseOf: (quantity: QuantityCode) => Course,
): readonly Compared[] {
  return values.flatMap(({ code, value }) => {
    const limit = courseLimits[code];
    if (limit === undefined) return [];
    const course = courseOf(code);
    return course.length < limit.least ? [] : [{ code, value, limit, course }];
  });
}

/**
 * Log likelihood of a value as the patient's own: normal around the nearest level of the course, by
 * median and MAD, so that one wrong value among many moves nothing.
 */
export function logOwn({ value, limit, course }: Compared, atMs: number): number {
  const usual = median(course.map((point) => point.value));
  const newest = nearestInTime(course, atMs);
  const gapDays = Math.abs(atMs - newest.atMs) / dayMs;
  const forGap = Math.min(gapDays * limit.perDay, limit.mostForGaps);
  const isNear = limit.follows || Math.abs(newest.atMs - atMs) <= sittingMs;
  const levels = [usual, ...newLevel(course, usual, limit), ...(isNear ? [newest.value] : [])];
  const apart = Math.min(...levels.map((level) => Math.abs(value - level)));
  return logNormal(Math.max(0, apart - forGap), spreadOf(course, usual, limit));
}

/** After a new medicine: the newest values are all off to one side, and each was said to be the patient's. */
function newLevel(course: Course, usual: number, { spread }: CourseLimit): readonly number[] {
  const newest = course.slice(-valuesOfNewLevel).map((point) => point.value);
  if (course.length <= valuesOfNewLevel) return [];
  const isMoved =
    newest.every((value) => value - usual > spread) ||
    newest.every((value) => usual - value > spread);
  return isMoved ? [median(newest)] : [];
}

function spreadOf(course: Course, usual: number, { spread }: CourseLimit): number {
  if (course.length < minCourseValues) return spread;
  const own = madToDeviation * median(course.map(({ value }) => Math.abs(value - usual)));
  return Math.min(Math.max(own, spread), widestSpreads * spread);
}

/** The point taken nearest to a moment; stored records come later than they were taken. */
function nearestInTime(course: Course, atMs: number): Course[number] {
  return course.reduce((best, point) =>
    Math.abs(point.atMs - atMs) <= Math.abs(best.atMs - atMs) ? point : best,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
