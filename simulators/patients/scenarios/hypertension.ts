import { pressureRuns, scenarioOfHabits } from '../course.js';

/** Treated hypertension within its goals: two runs in the morning, two in the evening. */
export const scenario = scenarioOfHabits('hypertension', [
  {
    model: 'and-ua-651ble',
    at: '07:15',
    kept: 0.85,
    measure: ({ random }) => pressureRuns(random, { systolic: 131, diastolic: 82, pulse: 66 }, 2),
  },
  {
    model: 'and-ua-651ble',
    at: '20:30',
    kept: 0.8,
    measure: ({ random }) => pressureRuns(random, { systolic: 126, diastolic: 78, pulse: 69 }, 2),
  },
]);
