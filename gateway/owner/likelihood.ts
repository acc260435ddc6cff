import { askAbove, courseLimits } from '@hemma/protocols/course-limits.js';
import type { Quantity, QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import { logOddsOfMoment } from './circumstances.js';
import { comparable, logOwn } from './course.js';
import type { Compared, Course } from './course.js';
import { logMean, logNormal, sum } from './densities.js';

/** What the home knows of a patient and of the others in it. */
export interface KnownOfHome {
  readonly courseOf: (quantity: QuantityCode) => Course;
  /** What somebody has said of readings of this kind to be somebody else's, in the last month. */
  readonly others: readonly (readonly Quantity[])[];
}

/** As many readings of others weigh as much as all that is known of people at large. */
const strangersWeigh = 3;
/** Another is known by few readings, so they lie wider than the patient's own spread. */
const otherSpreads = 1.2;

/**
 * Whether a reading is so much likelier somebody else's than the patient's that the home is asked: all
 * quantities count together, with the hour and the readings of the day, against the others of this home
 * and people at large.
 */
export function isDoubtful(
  { kind, values }: { readonly kind: ReadingKind; readonly values: readonly Quantity[] },
  atMs: number,
  { courseOf, others }: KnownOfHome,
): boolean {
  const above = askAbove[kind];
  if (above === undefined) return false;
  const compared = comparable(values, courseOf);
  const [first] = compared;
  if (first === undefined) return false;
  const own = sum(compared.map((it) => logOwn(it, atMs)));
  return logOthers(compared, others) - own + logOddsOfMoment(first.course, atMs) > above;
}

/** Log likelihood of the values as somebody else's. */
function logOthers(compared: readonly Compared[], others: KnownOfHome['others']): number {
  const people = sum(
    compared.map(({ value, limit: { people: at } }) => logNormal(value - at.mean, at.spread)),
  );
  const known = others.flatMap((one) => logLike(compared, one) ?? []);
  if (known.length === 0) return people;
  const weight = known.length / (known.length + strangersWeigh);
  return Math.log((1 - weight) * Math.exp(people) + weight * Math.exp(logMean(known)));
}

/** Null where the two have no quantities in common to be compared by. */
function logLike(compared: readonly Compared[], other: readonly Quantity[]): number | null {
  const densities = compared.map(({ code, value }) => {
    const same = other.find((it) => it.code === code);
    const spread = courseLimits[code]?.spread;
    return same === undefined || spread === undefined
      ? null
      : logNormal(value - same.value, otherSpreads * spread);
  });
  return densities.some((it) => it === null) ? null : sum(densities.map((it) => it ?? 0));
}
