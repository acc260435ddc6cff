import {
  pressureRuns,
  progress,
  scenarioOfHabits,
  spotCheck,
  weighing,
  type Day,
} from '../course.js';

const dryWeightKg = 80;

/**
 * Fluid builds up over the last ten days: three kilograms, a faster pulse, a falling saturation.
 */
const fluid = ({ daysBeforeEnd }: Day): number => progress(daysBeforeEnd, 10, 0);

/** Heart failure that decompensates. */
export const scenario = scenarioOfHabits('heart-failure', [
  {
    model: 'and-uc-352ble',
    at: '07:05',
    kept: 0.95,
    measure: (day) => [weighing(day.random, dryWeightKg + 3 * fluid(day), 0.25)],
  },
  {
    model: 'and-ua-651ble',
    at: '07:20',
    kept: 0.9,
    measure: (day) =>
      pressureRuns(
        day.random,
        { systolic: 118 - 4 * fluid(day), diastolic: 72, pulse: 70 + 14 * fluid(day) },
        1,
      ),
  },
  {
    model: 'nonin-3230',
    at: '07:35',
    kept: 0.85,
    measure: (day) => [
      spotCheck(day.random, { spo2: 96 - 4 * fluid(day), pulse: 70 + 14 * fluid(day) }),
    ],
  },
]);
