import { z } from 'zod';
import { textSchema, wallTimeSchema } from '../plans/text.js';

/** Care units: who looks at the values of their patients, and when. */

/** A calendar day, `2026-06-19`. */
export const dateSchema = z.iso.date();

/** A stretch of one day, local wall-clock times; a night shift is one stretch on each of two days. */
const stretchSchema = z
  .strictObject({ from: wallTimeSchema, to: z.union([wallTimeSchema, z.literal('24:00')]) })
  .refine((it) => it.from < it.to, { path: ['to'], error: 'must be later than from' });

/** Opens, lunch, closes: nobody has more stretches in a day. */
const maxStretches = 6;
const stretches = z
  .array(stretchSchema)
  .max(maxStretches)
  .refine((list) => list.every((it, i) => i === 0 || (list[i - 1]?.to ?? '') <= it.from), {
    error: 'must follow each other without overlap',
  });

/** Exceptions for some years ahead and back. */
const maxExceptions = 1_000;

/**
 * When somebody is at work. Public holidays and the eves that are free are closed by themselves; a
 * closure covers both its days; an extra opening counts on a holiday too.
 */
export const staffedHoursSchema = z.strictObject({
  /** Seven days, Monday first; an empty list is a closed day. */
  week: z.array(stretches).length(7),
  closures: z
    .array(
      z
        .strictObject({ from: dateSchema, to: dateSchema })
        .refine((it) => it.from <= it.to, { path: ['to'], error: 'must not be before from' }),
    )
    .max(maxExceptions)
    .default([]),
  openings: z
    .array(z.strictObject({ date: dateSchema, hours: stretches }))
    .max(maxExceptions)
    .refine((list) => new Set(list.map((it) => it.date)).size === list.length, {
      error: 'must name each day once',
    })
    .default([]),
});
export type StaffedHours = z.infer<typeof staffedHoursSchema>;

/** When somebody looks next, in words that the patient reads; `at` is null when nobody does. */
export const looksSchema = z.strictObject({ at: z.int().nullable(), text: textSchema });
export type Looks = z.infer<typeof looksSchema>;
