import { progress, scenarioOfHabits, spotCheck, type Day } from '../course.js';

/** An exacerbation that begins two weeks before the end, is worst after four days, and heals. */
const exacerbation = ({ daysBeforeEnd }: Day): number =>
  progress(daysBeforeEnd, 14, 10) - progress(daysBeforeEnd, 9, 2);

const breathing = (day: Day, evening: number) =>
  spotCheck(day.random, {
    spo2: 93 - evening - 5 * exacerbation(day),
    pulse: 80 + 16 * exacerbation(day),
  });

/** Moderate COPD with an exacerbation. */
export const scenario = scenarioOfHabits('copd', [
  { model: 'nonin-3230', at: '08:00', kept: 0.9, measure: (day) => [breathing(day, 0)] },
  { model: 'nonin-3230', at: '19:30', kept: 0.7, measure: (day) => [breathing(day, 1)] },
]);
