import { glucoseTest, scenarioOfHabits, weighing } from '../course.js';

/**
 * Type 2 diabetes on tablets: fasting and pre-meal values, some too high; a scale without a memory.
 */
export const scenario = scenarioOfHabits('type2-diabetes', [
  {
    model: 'roche-accu-chek-guide',
    at: '07:00',
    kept: 0.9,
    measure: ({ random }) => [glucoseTest(random, { glucose: 7.4, deviation: 0.8 }, 'fasting')],
  },
  {
    model: 'roche-accu-chek-guide',
    at: '17:30',
    kept: 0.7,
    measure: ({ random }) => [glucoseTest(random, { glucose: 8.6, deviation: 1.2 }, 'preprandial')],
  },
  {
    model: 'roche-accu-chek-guide',
    at: '20:00',
    kept: 0.3,
    measure: ({ random }) => [
      glucoseTest(random, { glucose: 10.4, deviation: 1.2 }, 'postprandial'),
    ],
  },
  {
    model: 'and-serial-scale',
    at: '07:10',
    kept: 0.5,
    liveOnly: true,
    measure: ({ random }) => [weighing(random, 92, 0.3)],
  },
]);
