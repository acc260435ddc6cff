import { z } from 'zod';
import { comparisonSchema, idSchema, textSchema } from './text.js';

/** One questionnaire file: items with their answers, scoring, and what must be shown at once. */

const answerSetSchema = z.union([
  z.array(
    z.strictObject({
      value: z.number().nullable(),
      text: textSchema,
      loinc: z.string().optional(),
    }),
  ),
  z.strictObject({ type: z.literal('integer'), min: z.int(), max: z.int() }),
  z.strictObject({
    type: z.literal('nrs'),
    min: z.int(),
    max: z.int(),
    step: z.int().min(1),
    minLabel: textSchema,
    maxLabel: textSchema,
  }),
  z.strictObject({ type: z.literal('text'), maxLength: z.int().min(1) }),
]);
export type AnswerSet = z.infer<typeof answerSetSchema>;

const itemConditionSchema = z.strictObject({
  item: idSchema,
  op: comparisonSchema,
  value: z.number(),
});

const scoringBase = {
  id: idSchema,
  measurementId: idSchema.nullable(),
  items: z.array(idSchema).min(1),
  min: z.number(),
  max: z.number(),
  missing: z.strictObject({
    maxMissing: z.int().min(0),
    method: z.enum(['none', 'as-zero', 'prorate-round', 'mean-of-answered']),
  }),
};
const scoringSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sum'), ...scoringBase }),
  z.strictObject({ type: z.literal('value'), ...scoringBase }),
  z.strictObject({ type: z.literal('mean'), ...scoringBase }),
  z.strictObject({ type: z.literal('difference'), ...scoringBase }),
  z.strictObject({ type: z.literal('sum-times'), factor: z.number(), ...scoringBase }),
  z.strictObject({
    type: z.literal('sum-of-products'),
    pairs: z.array(z.tuple([idSchema, idSchema])).min(1),
    ...scoringBase,
  }),
  z.strictObject({
    type: z.literal('count-where'),
    op: comparisonSchema,
    value: z.number(),
    ...scoringBase,
  }),
]);
export type Scoring = z.infer<typeof scoringSchema>;

export const questionnaireSchema = z.strictObject({
  schemaVersion: z.literal('1.0.0'),
  id: idSchema,
  version: z.string(),
  title: textSchema,
  measurementId: idSchema.nullable(),
  licence: z.strictObject({
    status: z.enum(['own', 'free', 'free-noncommercial']),
    holder: z.string().nullable(),
    terms: z.string(),
    basis: z.array(z.string()),
    attribution: textSchema.nullable(),
    verbatim: z.boolean(),
    textVerified: z.strictObject({ sv: z.boolean(), en: z.boolean() }),
    textNote: z.string(),
  }),
  loinc: z.strictObject({ panel: z.string().nullable(), total: z.string().nullable() }),
  recall: textSchema,
  minutes: z.number(),
  instruction: textSchema,
  answerSets: z.record(z.string(), answerSetSchema),
  items: z.array(
    z.strictObject({
      id: idSchema,
      text: textSchema,
      answerSet: z.string(),
      required: z.boolean(),
      loinc: z.string().optional(),
      sensitive: z.boolean().optional(),
    }),
  ),
  logic: z
    .array(
      z.strictObject({
        if: itemConditionSchema,
        skip: z.array(idSchema),
        setSkippedTo: z.number(),
      }),
    )
    .optional(),
  scoring: z.array(scoringSchema),
  bands: z.array(
    z.strictObject({
      score: idSchema,
      sex: z.enum(['female', 'male']).optional(),
      from: z.number(),
      to: z.number(),
      code: z.string(),
      label: textSchema,
    }),
  ),
  change: z.strictObject({
    reliable: z.number().nullable(),
    clinicallyImportant: z.number().nullable(),
    relative: z.number().optional(),
    basis: z.string(),
  }),
  safety: z.array(
    z.strictObject({
      when: itemConditionSchema,
      action: z.literal('show-safety-page'),
      page: idSchema,
      notify: z.string(),
      neverDependsOnStaff: z.literal(true),
    }),
  ),
  display: z.strictObject({
    showBandToPatient: z.boolean(),
    showTrendToPatient: z.boolean(),
  }),
});
export type Questionnaire = z.infer<typeof questionnaireSchema>;
