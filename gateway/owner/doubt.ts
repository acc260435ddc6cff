import { askAbove } from '@hemma/protocols/course-limits.js';
import type { Quantity, QuantityCode, ReadingFlag, ReadingKind } from '@hemma/protocols/reading.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { DoubtCode } from '../outbox/rows.js';
import type { Course, CoursePoint } from './course.js';
import { isDoubtful } from './likelihood.js';
import type { Ownership } from './ownership.js';

/** What the home has taken in of its people. */
export interface People {
  /** The course of a patient's quantity, oldest first. */
  readonly courseOf: (patient: string, quantity: QuantityCode) => Course;
  /** Readings of a kind that came in a patient's name and were said to be somebody else's. */
  readonly othersOf: (patient: string, kind: ReadingKind) => readonly (readonly Quantity[])[];
}

/** A measurement in the name of the patient whose slot it has, and why that may be wrong. */
export interface Owned {
  readonly measurement: Measurement;
  readonly code: DoubtCode | null;
}

/** What the meter says of itself with these is no value of a person. */
const noCourse: readonly ReadingFlag[] = ['control_solution', 'questionable', 'owner_unconfirmed'];

/** Whose a dated measurement is, as far as can be told without asking. */
export function ownerOf(
  measurement: Measurement,
  ownership: Ownership | null,
  people: People,
): Owned {
  if (ownership === null) return { measurement, code: null };
  const { userSlot } = measurement.device;
  const named = userSlot === null ? undefined : ownership.users?.get(userSlot);
  const owned = named === undefined ? measurement : { ...measurement, patient: named };
  const isSlotKnown = ownership.users === null || named !== undefined;
  return {
    measurement: owned,
    code: loanDoubt(owned, ownership) ?? doubtOf(owned, { ...ownership, isSlotKnown }, people),
  };
}

/** What was certainly taken before the loan is somebody else's; what may have been is asked about. */
function loanDoubt({ time, flags }: Measurement, { lentFromMs }: Ownership): DoubtCode | null {
  const { measuredAt, uncertaintyMs } = time;
  const isUnsure = flags.includes('time_uncertain');
  if (isUnsure && measuredAt + uncertaintyMs < lentFromMs) return 'owner_before_loan';
  if (isUnsure) return measuredAt - uncertaintyMs < lentFromMs ? 'owner_loan_unsure' : null;
  return measuredAt < lentFromMs ? 'owner_before_loan' : null;
}

function doubtOf(
  measurement: Measurement,
  { use, isSlotKnown }: Ownership & { readonly isSlotKnown: boolean },
  { courseOf, othersOf }: People,
): DoubtCode | null {
  if (!isSlotKnown) return 'owner_slot_unknown';
  if (use === 'visiting') return 'owner_device_visiting';
  if (use === 'own') return null;
  return isUnlikePatient(measurement, { courseOf, othersOf }) ? 'owner_unlike_course' : null;
}

function isUnlikePatient(measurement: Measurement, { courseOf, othersOf }: People): boolean {
  const { kind, values, patient, time, failure } = measurement;
  // No adult weighs that: a child on the scale is no failed attempt of the patient.
  if (failure === 'implausible' && askAbove[kind] !== undefined)
    return kindQuantities[kind].some((quantity) => courseOf(patient, quantity).length > 0);
  return isDoubtful({ kind, values }, time.measuredAt, {
    courseOf: (quantity) => courseOf(patient, quantity),
    others: othersOf(patient, kind),
  });
}

/** What a measurement adds to the course of its patient. */
export function coursePoints(measurement: Measurement): readonly CoursePoint[] {
  const { kind, values, flags, patient, time } = measurement;
  if (askAbove[kind] === undefined || flags.some((flag) => noCourse.includes(flag))) return [];
  return values.map(({ code: quantity, value }) => ({
    ...{ patient, quantity, value, atMs: time.measuredAt },
  }));
}
