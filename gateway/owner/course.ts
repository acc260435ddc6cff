import { courseLimits, farFromCourse, minCourseValues } from '@hemma/protocols/course-limits.js';
import type { CourseLimit } from '@hemma/protocols/course-limits.js';
import type { Quantity, QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';

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

const dayMs = 86_400_000;
/** A repeat of a value that was asked about, or that was far off and true, is asked about no more. */
const sittingMs = 3_600_000;
/** A median absolute deviation times this is a standard deviation, for normal spread. */
const madToDeviation = 1.4826;
/** People who measure at a set hour are up to this early or late. */
const hourSpreadMs = 3_600_000;
/** An unusual hour makes a reading more doubtful, and none doubtful by itself. */
const mostHourSpreads = 2.6;
/** A course that swings wider than this many spreads no longer tells anybody apart. */
const widestSpreads = 1.5;

/**
 * Whether values are so far from the patient's own course that they may be somebody else's. All
 * quantities count together, by median and MAD, so one wrong value among many moves nothing. A value
 * near the newest one is no further off than that: a course that moves step by step is followed.
 */
export function isUnlikeCourse(
  kind: ReadingKind,
  values: readonly Quantity[],
  {
    atMs,
    courseOf,
  }: { readonly atMs: number; readonly courseOf: (quantity: QuantityCode) => Course },
): boolean {
  const far = farFromCourse[kind];
  if (far === undefined) return false;
  const squares = values.flatMap(({ code, value }) => {
    const limit = courseLimits[code];
    const course = courseOf(code);
    return limit === undefined || course.length < limit.least
      ? []
      : [spreadsFrom(course, { value, atMs }, limit) ** 2];
  });
  const apart = squares.reduce((sum, square) => sum + square, 0);
  const first = courseOf(values[0]?.code ?? 'body_weight');
  return Math.sqrt(apart + hourSpreads(first, atMs) ** 2) > far;
}

/** How unusual the hour is, in spreads; alone never enough to ask. Habits may be several a day. */
function hourSpreads(course: Course, atMs: number): number {
  if (course.length < minCourseValues) return 0;
  const hours = course.map((point) => {
    const apartMs = Math.abs(point.atMs - atMs) % dayMs;
    return Math.min(apartMs, dayMs - apartMs);
  });
  const near = hours.toSorted((a, b) => a - b)[course.length >> 2] ?? 0;
  return Math.min(near / hourSpreadMs, mostHourSpreads);
}

function spreadsFrom(
  course: Course,
  { value, atMs }: { readonly value: number; readonly atMs: number },
  limit: CourseLimit,
): number {
  const usual = median(course.map((point) => point.value));
  const newest = nearestInTime(course, atMs);
  const gapDays = Math.abs(atMs - newest.atMs) / dayMs;
  const forGap = Math.min(gapDays * limit.perDay, limit.mostForGaps);
  const fromUsual = Math.abs(value - usual);
  const isNear = limit.follows || Math.abs(newest.atMs - atMs) <= sittingMs;
  const fromNewest = isNear ? Math.abs(value - newest.value) : Infinity;
  const apart = Math.min(fromUsual, fromNewest);
  return Math.max(0, apart - forGap) / spreadOf(course, usual, limit);
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
