import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { ScheduleTask } from '@hemma/protocols/wire/schedule.js';

/** What a blood sugar has to do with a meal: the context `glucose_meal` of the measurement catalogue. */
export const mealContext = 'glucose_meal';

/** Its values, in the order in which they are offered. A test compares them with the catalogue. */
export const meals = [
  { id: 'fasting', sv: 'Fastande', en: 'Fasting' },
  { id: 'preprandial', sv: 'Före måltid', en: 'Before meal' },
  { id: 'postprandial', sv: 'Efter måltid (ca 2 timmar)', en: 'After meal (about 2 hours)' },
  { id: 'bedtime', sv: 'Vid sänggående', en: 'At bedtime' },
  { id: 'casual', sv: 'Annan tid', en: 'Other time' },
] as const;

/** A blood sugar means little, and rules leave it out, when nobody knows about the meal. */
export function asksForMeal({ quantities }: Pick<ScheduleTask, 'quantities'>): boolean {
  return quantities.some((it) => kindQuantities.glucose.includes(it));
}
