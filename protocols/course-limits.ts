import type { QuantityCode, ReadingKind } from './reading.js';

/**
 * What one person's values, and the values of people at large, are like: by how far the one is likelier
 * than the other a reading is taken for the patient's own (docs/adr/0013). These tell people apart who
 * share a device; they are no limits of treatment, and none is so narrow that what a patient falls ill
 * with is taken for somebody else: see the reason of each.
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
  /** Whoever else is in a home: people of all ages, wide enough to be right nowhere and wrong nowhere. */
  readonly people: { readonly mean: number; readonly spread: number };
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
    people: { mean: 75, spread: 20 },
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
    people: { mean: 125, spread: 19 },
    reason: 'Day to day spread of systolic pressure measured at home is 8 to 10 mmHg.',
  },
  diastolic_bp: {
    spread: 6,
    perDay: 0.3,
    mostForGaps: 6,
    follows: false,
    least: 3,
    people: { mean: 76, spread: 11 },
    reason: 'Day to day spread of diastolic pressure measured at home is 5 to 6 mmHg.',
  },
  pulse_rate: {
    spread: 6,
    perDay: 0.3,
    mostForGaps: 10,
    follows: false,
    least: 3,
    people: { mean: 72, spread: 12 },
    reason: 'Resting pulse of one person moves by some five beats a minute from day to day.',
  },
};

/**
 * Log odds that a reading is somebody else's, from which the home is asked; kinds without one are asked
 * about for no value. Each is above what the most suspicious hour brings a reading to that is exactly
 * as usual, so that circumstances alone never ask.
 */
export const askAbove: Readonly<Partial<Record<ReadingKind, number>>> = {
  /** Two kilograms from both the usual and the newest one, at the usual hour. */
  body_weight: -1.2,
  blood_pressure: 0,
};

/** Values of one quantity that make a course: two to four weeks of daily readings. */
export const maxCourseValues = 28;
/** Fewer say nothing of a person's own spread and hours; the spread of the catalogue is used alone. */
export const minCourseValues = 5;
/** Readings of others that are remembered to know them again: the month that they lie at home. */
export const maxOthersKnown = 60;
