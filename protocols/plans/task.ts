import { z } from 'zod';
import { frequencySchema, reminderSchema, windowSchema } from './schedule.js';
import { idSchema, textSchema } from './text.js';

/** Monitoring plans §2 and §3.5: what the patient (or staff) does, and how readings become a value. */
export const taskSchema = z.strictObject({
  id: idSchema,
  type: z.enum(['measurement', 'content', 'message', 'activity']),
  title: textSchema,
  measurementTypes: z.array(idSchema),
  enabledByDefault: z.boolean(),
  optional: z.boolean(),
  /** Ids of phases, or `all`. */
  phases: z.array(idSchema).min(1),
  schedule: z.strictObject({
    frequency: frequencySchema,
    windows: z.array(windowSchema).min(1),
    readingsPerWindow: z.int().min(1),
    minutesBetweenReadings: z.int().min(0).nullable(),
    restMinutesBefore: z.int().min(0).nullable(),
  }),
  combine: z.enum(['single', 'mean', 'best', 'sum', 'series']),
  device: z.strictObject({
    kinds: z.array(idSchema),
    required: z.boolean(),
    manualEntryAllowed: z.boolean(),
  }),
  context: z.array(idSchema),
  instructions: textSchema,
  reminder: reminderSchema.nullable(),
  lateEntry: z.strictObject({
    allowed: z.boolean(),
    backfillDays: z.int().min(0),
    showToStaffAs: z.literal('value-time-only'),
    patientText: textSchema,
  }),
});
export type Task = z.infer<typeof taskSchema>;
