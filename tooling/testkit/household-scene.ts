import { maxCourseValues, maxOthersKnown } from '@hemma/protocols/course-limits.js';
import type { Quantity, Reading } from '@hemma/protocols/reading.js';
import { household, patientSlot } from '@hemma/simulators/patients/household/household.js';
import type {
  HomeLife,
  Household,
  LabelledReading,
} from '@hemma/simulators/patients/household/household.js';
import type { CoursePoint } from '../../gateway/owner/course.js';
import { coursePoints, ownerOf } from '../../gateway/owner/doubt.js';
import type { People } from '../../gateway/owner/doubt.js';
import type { Ownership } from '../../gateway/owner/ownership.js';
import { measurementOf } from '../../gateway/measure.js';
import type { SessionSource } from '../../gateway/session/source.js';

/** Homes whose readings are labelled with who really took them, and what the gateway makes of them. */

const dayMs = 86_400_000;
const daysOfHome = 42;
const end = Date.UTC(2026, 0, 15, 11);
const patient = 'p-00000001';
const scale = { model: 'generic-weight-scale', identity: 'ble:C0:FF:EE:00:00:01' };
const monitor = { model: 'generic-blood-pressure', identity: 'ble:C0:FF:EE:00:00:02' };
const setAsideMs = 30 * dayMs;

export const homeOf = (seed: number, number: number, life?: HomeLife): Household =>
  household(seed * 1_000 + number, daysOfHome, end, life);

export function ownershipIn(home: Household): (identity: string) => Ownership {
  const users = home.hasUserButton ? new Map([[patientSlot, patient]]) : null;
  return (identity) => ({
    ...{ use: 'shared', lentFromMs: 0 },
    users: identity === monitor.identity ? users : null,
  });
}

const deviceOf = ({ taken }: LabelledReading) => (taken.kind === 'body_weight' ? scale : monitor);

export const readingOf = ({ taken, userSlot }: LabelledReading, ordinal: number): Reading => ({
  ...{ kind: taken.kind, values: taken.values, failure: null, flags: [], deviceTime: null },
  ...{ sequence: ordinal, userSlot, context: {}, companionOctets: new Uint8Array(0) },
  octets: Uint8Array.of(ordinal >> 8, ordinal & 0xff),
});

export const sourceOf = (one: LabelledReading): SessionSource => ({
  ...{ ...deviceOf(one), patient, clock: null, capturedMonotonicMs: 0 },
});

/** The same as the tables of the outbox keep it. */
class Memory implements People {
  readonly #points = new Map<string, CoursePoint[]>();
  readonly #others: { readonly at: number; readonly one: LabelledReading }[] = [];
  #now = 0;

  at(now: number): this {
    this.#now = now;
    return this;
  }

  courseOf = (_: string, quantity: string): readonly CoursePoint[] =>
    (this.#points.get(quantity) ?? []).slice(-maxCourseValues);

  othersOf = (_: string, kind: string): readonly (readonly Quantity[])[] =>
    this.#others
      .filter(({ at }) => at >= this.#now - setAsideMs)
      .slice(-maxOthersKnown)
      .flatMap(({ one }) => (one.taken.kind === kind ? [one.taken.values] : []));

  note(points: readonly CoursePoint[]): void {
    for (const point of points)
      this.#points.set(point.quantity, [...(this.#points.get(point.quantity) ?? []), point]);
  }

  noteOther(one: LabelledReading): void {
    this.#others.push({ at: one.at, one });
  }
}

/**
 * What is decided of each reading of a home. Whoever is asked says truly whose a reading is; with
 * `isAnswered` false nobody ever says that one is somebody else's.
 */
export function decided(home: Household, isAnswered = true): readonly boolean[] {
  const memory = new Memory();
  const ownershipOf = ownershipIn(home);
  return home.readings.map((one, i) => {
    const time = {
      ...{ device: null, deviceOffsetMs: null, monotonicMs: 0, bootId: '', wallMs: one.at },
      ...{ wallTrust: 'synced' as const, measuredAt: one.at, uncertaintyMs: 0 },
    };
    const source = sourceOf(one);
    const measurement = measurementOf(readingOf(one, i), source, null, { time, plans: [] });
    const owned = ownerOf(measurement, ownershipOf(source.identity), memory.at(one.at));
    const isHeld = owned.code !== null;
    if (!isHeld || one.who === 'patient') memory.note(coursePoints(owned.measurement));
    else if (isAnswered) memory.noteOther(one);
    return isHeld;
  });
}

export interface Tally {
  own: number;
  ownHeld: number;
  foreign: number;
  foreignHeld: number;
}

/** Counts by device and by person, and of all. */
export function tallies(homes: readonly Household[], isAnswered = true): Map<string, Tally> {
  const all = new Map<string, Tally>();
  for (const home of homes) {
    const withOr = home.hasUserButton ? 'with users' : 'without users';
    decided(home, isAnswered).forEach((isHeld, i) => {
      const one = home.readings[i];
      if (one === undefined) return;
      const device = one.taken.kind === 'body_weight' ? 'scale' : `monitor ${withOr}`;
      for (const name of ['all', device, `by ${one.who}`]) {
        const tally = all.get(name) ?? { own: 0, ownHeld: 0, foreign: 0, foreignHeld: 0 };
        all.set(name, tally);
        const isOwn = one.who === 'patient';
        tally[isOwn ? 'own' : 'foreign'] += 1;
        if (isHeld) tally[isOwn ? 'ownHeld' : 'foreignHeld'] += 1;
      }
    });
  }
  return all;
}

/** In percent, with one decimal. */
export const percent = (part: number, of: number): number => Math.round((1_000 * part) / of) / 10;
