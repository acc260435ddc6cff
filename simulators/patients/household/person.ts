/** People of a home, as a scale and a blood pressure monitor see them. */
import type { Quantity } from '@hemma/protocols/reading.js';
import type { Taken } from '../../devices/common/model.js';
import type { Random } from '../../radio/random.js';
import { normal } from '../../random.js';

/** Mean and spread of a group of people. */
type Spread = readonly [mean: number, deviation: number];

/** What people of a kind are like. */
interface Group {
  readonly weight: Readonly<Record<Sex, Spread>>;
  readonly systolic: Spread;
  readonly diastolic: Spread;
  readonly pulse: Spread;
}

export type Sex = 'man' | 'woman';

/** Swedish adults: men 85 and women 70 kg, skewed to the heavy side; old people some kilograms less. */
const adults = { man: [85, 14], woman: [70, 13] } as const;
const oldPeople = { man: [80, 13], woman: [66, 12] } as const;

/**
 * Pressure measured at home is 125 ± 15 over 77 ± 9 in middle age and 136 ± 18 over 72 ± 9 in old age;
 * at school age 105 ± 9 over 63 ± 7 with a pulse of 85. A patient in a programme has treated, still
 * raised pressure.
 */
export const groups = {
  patient: { weight: adults, systolic: [138, 14], diastolic: [82, 9], pulse: [70, 9] },
  spouse: { weight: adults, systolic: [128, 16], diastolic: [77, 9], pulse: [72, 10] },
  child: {
    weight: { man: [34, 12], woman: [33, 11] },
    ...{ systolic: [105, 9], diastolic: [63, 7], pulse: [85, 10] },
  },
  grandparent: { weight: oldPeople, systolic: [136, 18], diastolic: [72, 9], pulse: [68, 10] },
  guest: { weight: adults, systolic: [122, 14], diastolic: [76, 9], pulse: [72, 10] },
} as const satisfies Record<string, Group>;
export type Role = keyof typeof groups;

export interface Person {
  readonly role: Role;
  readonly sex: Sex;
  readonly weight: number;
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
}

/** From day to day, one person: clothes and meals on the scale, what home monitoring studies give. */
const dayDeviation = { weight: 0.7, systolic: 8, diastolic: 5, pulse: 5 } as const;

export function somebody(random: Random, role: Role, sex: Sex): Person {
  const { weight, systolic, diastolic, pulse } = groups[role];
  // The two pressures of a person go together: half of what sets one apart sets the other apart.
  const tension = normal(random, 0, 1);
  const shared = ([mean, deviation]: Spread): number =>
    mean + deviation * (tension + normal(random, 0, 1)) * Math.SQRT1_2;
  const [usual, deviation] = weight[sex];
  return {
    ...{ role, sex },
    weight: usual * Math.exp(normal(random, 0, deviation / usual)),
    systolic: shared(systolic),
    diastolic: shared(diastolic),
    pulse: normal(random, pulse[0], pulse[1]),
  };
}

const quantity = (code: Quantity['code'], value: number): Quantity => ({ code, value });

/** How a day is: `drift` is what the course has moved by since it began, in kilograms. */
interface OnDay {
  readonly drift: number;
  readonly wider: number;
}

/** `wider`: how much wider than studies give the days lie. */
export function weighed(random: Random, { weight }: Person, { drift, wider }: OnDay): Taken {
  const value = Math.round(normal(random, weight + drift, wider * dayDeviation.weight) * 10) / 10;
  return { kind: 'body_weight', values: [quantity('body_weight', value)] };
}

export function pressed(random: Random, person: Person, wider: number): Taken {
  const of = (key: 'systolic' | 'diastolic' | 'pulse'): number =>
    Math.round(normal(random, person[key], wider * dayDeviation[key]));
  const systolic = of('systolic');
  const diastolic = Math.min(of('diastolic'), systolic - 15);
  return {
    kind: 'blood_pressure',
    values: [
      quantity('systolic_bp', systolic),
      quantity('diastolic_bp', diastolic),
      quantity('pulse_rate', of('pulse')),
    ],
  };
}
