import { z } from 'zod';

/** A text in every language of the product. */
export const textSchema = z.strictObject({ sv: z.string(), en: z.string() });
export type Text = z.infer<typeof textSchema>;

export const languages = ['sv', 'en'] as const;
export type Language = (typeof languages)[number];

export const textListSchema = z.strictObject({ sv: z.array(z.string()), en: z.array(z.string()) });

/** Ids of plans, rules, tasks, parameters, metrics: `hf-w-gain3d`, `sbpTarget`, `body_weight`. */
export const idSchema = z.string().regex(/^[A-Za-z][\w-]*$/, 'an id');

/** Three numbers, and a label for what comes before a release: `1.2.0`, `1.2.0-draft`. */
export const versionSchema = z
  .string()
  .max(40)
  .regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/, 'a version like 1.2.0');

/** A wall-clock time of day, `HH:MM`. */
export const wallTimeSchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');

/** A whole number of days, ISO 8601: `P3D`. */
export const daysSchema = z.string().regex(/^P[1-9]\d{0,3}D$/, 'days, like P3D');

/** A duration of days, hours or minutes, ISO 8601: `P1D`, `PT1H`. */
export const durationSchema = z
  .string()
  .regex(/^P(?:[1-9]\d{0,3}D|T[1-9]\d{0,3}[HM])$/, 'P1D or PT1H');

export const comparisonSchema = z.enum(['<', '<=', '=', '>=', '>']);
export type Comparison = z.infer<typeof comparisonSchema>;

/** The number of days in `P3D`. */
export function daysIn(duration: string): number {
  return Number.parseInt(duration.slice(1), 10);
}
