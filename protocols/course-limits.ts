import type { QuantityCode, ReadingKind } from './reading.js';

/**
 * How far a reading may be from the patient's own course before somebody is asked whose it is. These
 * tell people apart who share a device; they are no limits of treatment, and none is so narrow that
 * what a patient falls ill with is taken for somebody else: see the reason of each.
 */
export interface CourseLimit {
  /** Spread that one healthy course has at least, in the unit of the quantity. */
  readonly spread: number;
  /** What a course may move by in a day without a reading, for gaps. */
  readonly perDay: number;
  /** However long nothing was measured, no more than this is put down to the gap. */
  readonly mostForGaps: number;
  /** It moves step by step: a value near the newest one is near, however far from what was usual. */
  readonly follows: boolean;
  /** Values from which there is a course to be far from. */
  readonly least: number;
  readonly reason: string;
}

/** The quantities that tell people apart; all others say more of the day than of the person. */
export const courseLimits: Readonly<Partial<Record<QuantityCode, CourseLimit>>> = {
  body_weight: {
    spread: 0.7,
    perDay: 0.3,
    mostForGaps: 6,
    follows: true,
    least: 1,
    reason:
      'Clothes, meals and the time of day. Fluid comes by one to two kilograms a day: each day is ' +
      'compared with the one before as well, so such a course is followed and never held.',
  },
  systolic_bp: {
    spread: 9,
    perDay: 0.5,
    mostForGaps: 10,
    follows: false,
    least: 3,
    reason: 'Day to day spread of systolic pressure measured at home is 8 to 10 mmHg.',
  },
  diastolic_bp: {
    spread: 6,
    perDay: 0.3,
    mostForGaps: 6,
    follows: false,
    least: 3,
    reason: 'Day to day spread of diastolic pressure measured at home is 5 to 6 mmHg.',
  },
  pulse_rate: {
    spread: 6,
    perDay: 0.3,
    mostForGaps: 10,
    follows: false,
    least: 3,
    reason: 'Resting pulse of one person moves by some five beats a minute from day to day.',
  },
};

/** Spreads from the course, all quantities of a reading together, from which somebody is asked. */
export const farFromCourse: Readonly<Partial<Record<ReadingKind, number>>> = {
  /** 1.9 kg at the smallest spread and the usual hour: more than a day brings, less than adults differ by. */
  body_weight: 2.7,
  /** Three quantities together: one own reading in fifty is further off (chi squared). */
  blood_pressure: 3.1,
};

/** Values of one quantity that make a course: two to four weeks of daily readings. */
export const maxCourseValues = 28;
/** Fewer say nothing of a person's own spread; the spread of the catalogue is used alone. */
export const minCourseValues = 5;
