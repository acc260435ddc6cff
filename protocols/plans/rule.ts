import { z } from 'zod';
import { clearSchema, whenSchema } from './condition.js';
import { durationSchema, idSchema, textSchema } from './text.js';

export const severities = ['info', 'yellow', 'red'] as const;
export type Severity = (typeof severities)[number];

/**
 * Monitoring plans §5: one alert. What a rule may lack while it is being written (basis, texts,
 * clear condition) is optional here; the publishing guard (§9.4) refuses the plan version then.
 */
export const ruleSchema = z.strictObject({
  id: idSchema,
  severity: z.enum(severities),
  name: textSchema,
  enabledByDefault: z.boolean(),
  editable: z.boolean(),
  when: whenSchema,
  confirm: z
    .strictObject({
      type: z.literal('repeat'),
      restMinutes: z.int().min(0),
      withinMinutes: z.int().min(1),
      ifNotRepeated: z.enum(severities),
      patientText: textSchema,
    })
    .refine((it) => it.restMinutes < it.withinMinutes, {
      path: ['withinMinutes'],
      error: 'must be longer than restMinutes',
    })
    .nullable(),
  clear: clearSchema.nullish(),
  cooldown: durationSchema,
  patientMessage: textSchema.nullish(),
  staffMessage: textSchema.nullish(),
  basis: z.string().optional(),
});
export type Rule = z.infer<typeof ruleSchema>;
export type Confirm = NonNullable<Rule['confirm']>;
