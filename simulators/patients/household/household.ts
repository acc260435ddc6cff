/** A home where others use the patient's scale and monitor: readings with who really took them. */
import type { Taken } from '../../devices/common/model.js';
import { seededRandom, type Random } from '../../radio/random.js';
import { between, chance, normal, wholeBetween } from '../../random.js';
import { pressed, somebody, weighed } from './person.js';
import type { Person, Role, Sex } from './person.js';

export interface LabelledReading {
  /** Who stood on the scale or wore the cuff. */
  readonly who: Role;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly taken: Taken;
  /** The monitor's user button; null on a device without one. */
  readonly userSlot: number | null;
}

export interface Household {
  /** The monitor of this home has a button for its users. */
  readonly hasUserButton: boolean;
  readonly others: readonly Role[];
  /** Oldest first. The first of each kind is the patient's own, at the hand-over. */
  readonly readings: readonly LabelledReading[];
}

/** How a home lives; each makes it harder in its own way to tell people apart. */
export interface HomeLife {
  /** Of all days: on how many the patient measures once more, at any hour, because of feeling ill. */
  readonly again: number;
  /** Of the patient's readings: how many are taken at the usual hour. */
  readonly atUsualHour: number;
  /** Others use the devices one right after the other, and right after the patient. */
  readonly inARow: boolean;
  /** How much wider the days of all people lie than studies give. */
  readonly wider: number;
}

/** Patients measure in the morning as they were told; now and then at any other hour. */
export const usualLife: HomeLife = { again: 0, atUsualHour: 0.92, inARow: false, wider: 1 };

export const patientSlot = 1;
const otherSlot = 2;

/** Four of five home monitors on sale keep two users apart. */
const withUserButton = 0.8;
/** Others press the button of their own most of the time, and the patient's the rest of it. */
const othersPressTheirs = 0.93;
/** The patient was shown how, and the monitor keeps the last user. */
const patientPressesTheirs = 0.995;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Of a hundred days: how many the patient forgets, and how many each other one uses the device. */
const habits: Readonly<Record<Role, number>> = {
  patient: 0.92,
  spouse: 0.2,
  child: 0.12,
  grandparent: 0.12,
  guest: 0.08,
};

/** Heart failure: fluid comes in some of these courses, up to two kilograms a day, and goes again. */
function driftsOf(random: Random, days: number): readonly number[] {
  const slow = between(random, -0.04, 0.04);
  const begins = chance(random, 0.4) ? wholeBetween(random, 5, days) : Infinity;
  const perDay = between(random, 0.4, 1.5);
  let fluid = 0;
  return Array.from({ length: days }, (_, day) => {
    if (day >= begins && day < begins + 4) fluid += perDay;
    else if (day >= begins + 6) fluid = Math.max(0, fluid - 0.8);
    return slow * day + fluid;
  });
}

/** So many days of one home up to `endMs`; the same for the same seed. */
export function household(
  seed: number,
  days: number,
  endMs: number,
  life: HomeLife = usualLife,
): Household {
  const random = seededRandom(seed);
  const patient = somebody(random, 'patient', sexOf(random));
  const others = membersOf(random, patient);
  const hasUserButton = chance(random, withUserButton);
  const drifts = driftsOf(random, days);
  const readings = drifts.flatMap((drift, day) => {
    const noon = endMs - (days - day) * dayMs;
    return [patient, ...others].flatMap((person) =>
      day === 0 && person !== patient
        ? []
        : dayOf(random, { person, day, noon, drift, hasUserButton, life }),
    );
  });
  return {
    hasUserButton,
    others: others.map(({ role }) => role),
    readings: readings.sort((a, b) => a.at - b.at),
  };
}

const sexOf = (random: Random): Sex => (chance(random, 1 / 2) ? 'man' : 'woman');

/** A spouse in most homes, children in some, grandparents and guests who come by. */
function membersOf(random: Random, { sex }: Person): readonly Person[] {
  const roles: Role[] = ['guest', 'guest'];
  for (let i = wholeBetween(random, 0, 2); i > 0; i -= 1) roles.push('child');
  if (chance(random, 0.3)) roles.push('grandparent');
  const others = roles.map((role) => somebody(random, role, sexOf(random)));
  if (!chance(random, 0.7)) return others;
  return [somebody(random, 'spouse', sex === 'man' ? 'woman' : 'man'), ...others];
}

interface DayOfPerson {
  readonly person: Person;
  readonly day: number;
  readonly noon: number;
  readonly drift: number;
  readonly hasUserButton: boolean;
  readonly life: HomeLife;
}

/** Weighs and takes the pressure once each, or does not; a patient who feels ill does it once more. */
function dayOf(random: Random, it: DayOfPerson): LabelledReading[] {
  const { person, day, noon, life } = it;
  const isPatient = person.role === 'patient';
  const isFirst = isPatient && day === 0;
  const isUsual = isFirst || (isPatient && chance(random, life.atUsualHour));
  const fromNoon = (): number => {
    if (isUsual) return -4;
    return !isPatient && life.inARow ? -3.5 : between(random, -5, 9);
  };
  const at = (): number => Math.round(noon + fromNoon() * hourMs);
  const uses = (): boolean => isFirst || chance(random, habits[person.role]);
  const found = sittingOf(random, it, { at, uses });
  if (!isPatient || life.again === 0 || !chance(random, life.again)) return found;
  const anyHour = (): number => Math.round(noon + between(random, -5, 9) * hourMs);
  return [...found, ...sittingOf(random, it, { at: anyHour, uses: () => true })];
}

interface Sitting {
  /** Milliseconds since 1970 UTC. */
  readonly at: () => number;
  readonly uses: () => boolean;
}

function sittingOf(random: Random, it: DayOfPerson, { at, uses }: Sitting): LabelledReading[] {
  const { person, drift, hasUserButton, life } = it;
  const isPatient = person.role === 'patient';
  const late = (): number => Math.round(Math.abs(normal(random, 0, 0.5)) * hourMs);
  const found: LabelledReading[] = [];
  if (uses())
    found.push({
      ...{ who: person.role, at: at() + late(), userSlot: null },
      taken: weighed(random, person, { drift: isPatient ? drift : 0, wider: life.wider }),
    });
  if (uses())
    found.push({
      ...{ who: person.role, at: at() + late() + hourMs / 4 },
      userSlot: hasUserButton ? slotOf(random, isPatient) : null,
      taken: pressed(random, person, life.wider),
    });
  return found;
}

function slotOf(random: Random, isPatient: boolean): number {
  const pressesOwn = chance(random, isPatient ? patientPressesTheirs : othersPressTheirs);
  return isPatient === pressesOwn ? patientSlot : otherSlot;
}
