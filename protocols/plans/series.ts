import { z } from 'zod';
import { idSchema, textSchema } from './text.js';

/** Monitoring plans §4: a measuring series with averaging. */

const startSchema = z.discriminatedUnion('when', [
  z.strictObject({ when: z.literal('plan-start') }),
  z.strictObject({ when: z.literal('weeks-after-medicine-change'), weeks: z.int().min(1) }),
  z.strictObject({ when: z.literal('every'), days: z.int().min(1), phase: idSchema }),
  z.strictObject({ when: z.literal('staff-orders') }),
  z.strictObject({ when: z.literal('days-before-visit'), days: z.int().min(1) }),
]);

export const ownSeriesSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  members: z.array(idSchema).min(1),
  /** One of the two lengths is given. */
  lengthDays: z.int().min(1).optional(),
  lengthDaysFromParameter: idSchema.optional(),
  measuringDays: z.int().min(1).optional(),
  windows: z.array(idSchema).min(1),
  readingsPerWindowFromParameter: idSchema.optional(),
  discardFirstDay: z.boolean(),
  discardFirstReadingOfEachTripleFromParameter: idSchema.optional(),
  minReadings: z.int().min(1),
  minDays: z.int().min(1),
  maxExtensionDays: z.int().min(0).optional(),
  extendWhen: z.string().optional(),
  result: z.array(z.string()),
  rounding: z.string().optional(),
  status: z.array(z.enum(['running', 'complete', 'insufficient'])),
  starts: z.array(startSchema).min(1),
  insufficientText: textSchema,
});
export type OwnSeries = z.infer<typeof ownSeriesSchema>;

/** `copyOf` is `<plan>#<series>`: the same series with the parameters of the plan it is from. */
export const copiedSeriesSchema = z.strictObject({
  id: idSchema,
  copyOf: z.string().regex(/^[\w-]+#[\w-]+$/, '<plan>#<series>'),
});

export const seriesSchema = z.union([copiedSeriesSchema, ownSeriesSchema]);
export type Series = z.infer<typeof seriesSchema>;
