import { z } from 'zod';
import { ruleSchema, severities } from './rule.js';
import { questionnaireFrequencySchema, reminderSchema } from './schedule.js';
import { seriesSchema } from './series.js';
import { taskSchema } from './task.js';
import {
  comparisonSchema,
  daysSchema,
  durationSchema,
  idSchema,
  textListSchema,
  textSchema,
  versionSchema,
} from './text.js';

/** Monitoring plans §1: one plan file. Unknown keys are refused, so that a typo cannot hide a limit. */

/** Kronoberg directive, requirements R5 to R7. */
export const monitoringKinds = ['prescribed', 'recommended', 'self-initiated'] as const;
export type MonitoringKind = (typeof monitoringKinds)[number];

export const parameterValueSchema = z.union([
  z.number(),
  z.boolean(),
  z.string(),
  z.array(z.string()),
  z.null(),
]);
/** The individual setting of one patient; null while it is not filled in. */
export type ParameterValue = z.infer<typeof parameterValueSchema>;
export const parameterValuesSchema = z.record(z.string(), parameterValueSchema);

const parameterSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  unit: z.string(),
  default: parameterValueSchema,
  min: z.number().optional(),
  max: z.number().optional(),
  allowed: z.array(z.string()).min(1).optional(),
  required: z.boolean(),
  mustBeBelow: idSchema.optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

const phaseSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  fromDay: z.int().min(0),
  toDay: z.int().min(0).nullable(),
});
export type Phase = z.infer<typeof phaseSchema>;

const missingDataSchema = z.strictObject({
  id: idSchema,
  /** A task, or `q:<questionnaire>`. */
  task: z.string().regex(/^(?:q:)?[A-Za-z][\w-]*$/, 'a task or q:<questionnaire>'),
  after: z.union([
    durationSchema,
    z.string().regex(/^PT\d{1,2}H-after-window$/, 'P3D or PT2H-after-window'),
    z.enum(['series-day-missed', 'series-end-insufficient']),
  ]),
  severity: z.enum(['none', ...severities]),
  stage: z.enum(['reminder', 'offer-help', 'staff-contact']),
  patientMessage: textSchema,
  staffMessage: textSchema.nullable(),
});
export type MissingData = z.infer<typeof missingDataSchema>;

const goalSchema = z.strictObject({
  id: idSchema,
  title: textSchema,
  metric: z.string(),
  op: z.union([comparisonSchema, z.literal('within')]),
  value: z.number(),
  unit: z.string(),
  evaluate: z.union([daysSchema, z.enum(['series', 'episode', 'change-from-baseline'])]),
  setWith: z.literal('patient'),
  showAs: z.literal('band-in-graph'),
  parameter: idSchema.nullable(),
});

/** Half a year of working days: what may wait longer needs no answer. */
export const maxWorkingDays = 125;

const responseSchema = z.strictObject({
  withinWorkingDays: z.int().min(1).max(maxWorkingDays),
  text: textSchema,
});

export const planSchema = z.strictObject({
  schemaVersion: z.literal('1.0.0'),
  id: idSchema,
  version: versionSchema,
  status: z.enum(['ready-default', 'draft']),
  title: textSchema,
  programmeKind: z.enum(['support', 'treatment', 'education']),
  condition: z.strictObject({
    icd10se: z.array(z.string()),
    snomed: z.string().nullable(),
    patientGroup: z.string(),
  }),
  monitoringKinds: z.array(z.enum(monitoringKinds)).min(1),
  limitNotice: textSchema.optional(),
  emergencyNotice: textSchema.optional(),
  intendedUse: textSchema,
  notFor: z.array(textSchema),
  suitability: z.array(z.strictObject({ id: idSchema, required: z.boolean(), text: textSchema })),
  duration: z.strictObject({
    defaultDays: z.int().min(1),
    reviewEveryDays: z.int().min(1),
  }),
  phases: z.array(phaseSchema).min(1),
  parameters: z.array(parameterSchema),
  baseline: z.strictObject({
    windowDays: z.int().min(1),
    items: z.array(z.string()),
    questionnaires: z.array(idSchema),
    imports: z.array(idSchema),
    rule: z.string(),
  }),
  tasks: z.array(taskSchema),
  series: z.array(seriesSchema).optional(),
  derived: z.array(
    z.strictObject({ id: idSchema, metric: idSchema.optional(), definition: z.string() }),
  ),
  rules: z.array(ruleSchema),
  missingData: z.array(missingDataSchema),
  questionnaires: z.array(
    z.strictObject({
      id: idSchema,
      licensed: z.boolean(),
      enabledByDefault: z.boolean(),
      when: questionnaireFrequencySchema,
      phases: z.array(idSchema).min(1),
      reminder: reminderSchema,
    }),
  ),
  goals: z.array(goalSchema),
  patientInstructions: textListSchema,
  response: z.strictObject({
    info: responseSchema.optional(),
    yellow: responseSchema.optional(),
    red: responseSchema.optional(),
    openingHoursShown: z.boolean(),
  }),
  effectMeasures: z.array(z.string()),
  sources: z.array(z.strictObject({ name: z.string(), usedFor: z.string(), basis: z.string() })),
});
export type Plan = z.infer<typeof planSchema>;
