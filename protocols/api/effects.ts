import { z } from 'zod';
import { idSchema, languages } from '../plans/text.js';
import { patientRefSchema } from '../wire/measurement.js';

/** The effect report: the measures of `effect-measures.json` for a period and a level. */

const text = z.strictObject({ sv: z.string(), en: z.string() });
const year = z.int().min(2000).max(2199);

/** A half-year, a full year, or free days of the local calendar, both included. */
export const periodSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('half-year'),
    year,
    half: z.union([z.literal(1), z.literal(2)]),
  }),
  z.strictObject({ kind: z.literal('full-year'), year }),
  z
    .strictObject({ kind: z.literal('range'), from: z.iso.date(), to: z.iso.date() })
    .refine((it) => it.from <= it.to, { path: ['to'], error: 'must not be before from' }),
]);
export type Period = z.infer<typeof periodSchema>;

/**
 * Whose figures: one patient, all who follow a plan, all of a unit, or a group of patients
 * (`condition.patientGroup` of the plans; null for everybody).
 */
export const levelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('patient'), patient: patientRefSchema }),
  z.strictObject({ kind: z.literal('plan'), plan: idSchema }),
  z.strictObject({ kind: z.literal('unit'), unit: idSchema }),
  z.strictObject({ kind: z.literal('group'), group: idSchema.nullable() }),
]);
export type Level = z.infer<typeof levelSchema>;

const figure = {
  /** Null when there is nothing to compute it from, or it is suppressed. */
  value: z.number().nullable(),
  unit: z.string(),
  /** Persons it is made of; null when it is suppressed. */
  n: z.int().nullable(),
  /** Fewer persons than `smallCellLimit`, or one could be told from what is shown beside it. */
  suppressed: z.boolean(),
};

/**
 * `computed`; `suppressed`: too few persons; `no-data`: nothing in the period; `not-recorded`: an
 * input is not kept here, see `note`; `not-at-this-level`: not a figure of one patient.
 */
export const figureStates = [
  'computed',
  'suppressed',
  'no-data',
  'not-recorded',
  'not-at-this-level',
] as const;

export const effectFigureSchema = z.strictObject({
  id: z.string(),
  name: text,
  state: z.enum(figureStates),
  ...figure,
  target: z.strictObject({ text: z.string(), met: z.boolean().nullable() }),
  baseline: z.strictObject({ text: z.string(), value: z.number().nullable() }),
  definition: z.strictObject({
    formula: z.string(),
    level: z.string(),
    source: z.string(),
    requirements: z.array(z.string()),
  }),
  details: z.array(z.strictObject({ id: z.string(), name: text, ...figure })),
  note: text.nullable(),
});
export type EffectFigure = z.infer<typeof effectFigureSchema>;

export const effectsReportSchema = z.strictObject({
  /** Days of the local calendar, both included. */
  period: z.strictObject({ from: z.iso.date(), to: z.iso.date() }),
  level: levelSchema,
  /** The log is complete up to this instant, milliseconds since 1970 UTC. */
  until: z.int(),
  smallCellLimit: z.int(),
  /**
   * Versions of plans that episodes of the report follow and this program does not know: what these
   * episodes measured and were to measure is in no figure.
   */
  unknownVersions: z.array(
    z.strictObject({ plan: z.string(), version: z.string(), episodes: z.int().min(1) }),
  ),
  measures: z.array(effectFigureSchema),
});
export type EffectsReport = z.infer<typeof effectsReportSchema>;

/** What is asked for: a period and a level in words, as `2026-H1` and `unit:heart-clinic`. */
export const effectsQuerySchema = z.strictObject({
  period: z.string().max(40),
  level: z.string().max(100).default('all'),
  format: z.enum(['json', 'csv']).default('json'),
  language: z.enum(languages).default('sv'),
});

/** Requests of effect measures; each says who asks, in the header of `protocols/api/staff.ts`. */
export const effectPaths = {
  report: '/api/effects',
  /** A sign of life of somebody who works in the view of a patient. */
  presence: (patient: string) => `/api/patients/${encodeURIComponent(patient)}/presence`,
} as const;
