import { z } from 'zod';
import { idSchema, textSchema, wallTimeSchema } from './text.js';

/** Monitoring plans §2: when a task is due. */

const weekday = z.int().min(1).max(7);

/** `daily`, `weekly:1,4` (1 = Monday), `every:14`, `none`. */
const shortFormSchema = z
  .string()
  .regex(/^(?:daily|none|weekly:[1-7](?:,[1-7])*|every:[1-9]\d{0,3})$/, 'daily, weekly:1,4, …');

const daily = z.strictObject({ type: z.literal('daily') });
const weekly = z.strictObject({ type: z.literal('weekly'), daysOfWeek: z.array(weekday).min(1) });
const every = z.strictObject({ type: z.literal('every'), days: z.int().min(1) });
const days = z.strictObject({ type: z.literal('days'), days: z.array(z.int().min(0)).min(1) });

/** Each further key is the id of a phase; the reference check holds them against the plan. */
const phase = z
  .object({ type: z.literal('phase'), onDemand: z.boolean().optional() })
  .catchall(shortFormSchema);

const series = z.strictObject({ type: z.literal('series'), seriesId: idSchema });
const byParameter = z.strictObject({
  type: z.literal('by-parameter'),
  parameter: idSchema,
  map: z.record(
    z.string(),
    z
      .string()
      .regex(
        /^(?:none|series:[\w-]+|daily-(?:fasting|premeal)\+[\w-]+)$/,
        'none, series:<id>, daily-fasting+<series> or daily-premeal+<series>',
      ),
  ),
});
const fromParameter = z.strictObject({
  type: z.literal('from-parameter'),
  parameter: idSchema,
  spread: z.literal('even'),
});
const onDemand = z.strictObject({
  type: z.literal('on-demand'),
  suggestedBy: z.array(idSchema),
});

export const frequencySchema = z.discriminatedUnion('type', [
  daily,
  weekly,
  every,
  days,
  phase,
  series,
  byParameter,
  fromParameter,
  onDemand,
]);
export type Frequency = z.infer<typeof frequencySchema>;

/** When a questionnaire is due; `on-activity`: after each activity that is logged. */
export const questionnaireFrequencySchema = z.discriminatedUnion('type', [
  daily,
  weekly,
  every,
  days,
  phase,
  z.strictObject({ type: z.literal('on-activity') }),
]);
export type QuestionnaireFrequency = z.infer<typeof questionnaireFrequencySchema>;

export const windowSchema = z.strictObject({
  id: idSchema,
  label: textSchema,
  from: wallTimeSchema,
  to: wallTimeSchema,
  target: wallTimeSchema,
  note: textSchema.optional(),
});
export type Window = z.infer<typeof windowSchema>;

export const reminderSchema = z.strictObject({
  first: z.literal('target'),
  repeatMinutes: z.int().min(1),
  maxPerWindow: z.int().min(1),
  channels: z.array(z.enum(['push', 'sms'])).min(1),
  quietHours: z.strictObject({ from: wallTimeSchema, to: wallTimeSchema }),
  patientMayChangeTime: z.boolean(),
  text: textSchema,
});
