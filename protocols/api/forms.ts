import { z } from 'zod';
import { looksSchema } from './units.js';

/** Questionnaires of a patient. All times are milliseconds since 1970 UTC. */

const text = z.strictObject({ sv: z.string(), en: z.string() });

/** How an item is answered: one of some answers, a whole number, or words. */
const choiceSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('one-of'),
    answers: z.array(z.strictObject({ value: z.number().nullable(), text })),
  }),
  z.strictObject({
    type: z.literal('number'),
    min: z.int(),
    max: z.int(),
    /** What the two ends mean; null where the number speaks for itself. */
    ends: z.strictObject({ low: text, high: text }).nullable(),
  }),
  z.strictObject({ type: z.literal('words'), maxLength: z.int() }),
]);
export type Choice = z.infer<typeof choiceSchema>;

export const questionnaireSchema = z.strictObject({
  id: z.string(),
  version: z.string(),
  title: text,
  recall: text,
  instruction: text,
  minutes: z.number(),
  /** Who must be named below the form. */
  attribution: text.nullable(),
  items: z.array(
    z.strictObject({ id: z.string(), text, required: z.boolean(), choice: choiceSchema }),
  ),
});
export type Questionnaire = z.infer<typeof questionnaireSchema>;

/** The forms of an episode: what its plan asks for. */
export const formsSchema = z.strictObject({
  episode: z.string(),
  /** When somebody looks at what is answered. */
  looks: looksSchema,
  forms: z.array(
    z.strictObject({
      questionnaire: z.string(),
      title: text,
      /** Filled in elsewhere, under its licence: only its score is kept here. */
      licensed: z.boolean(),
      /** Who fills it in: staff answer also for a patient, and nobody else about one. */
      by: z.enum(['patient', 'staff']),
      dueToday: z.boolean(),
      /** The time that the newest answers belong to. */
      lastAt: z.int().nullable(),
    }),
  ),
});
export type Forms = z.infer<typeof formsSchema>;

/** Longest answer in words. */
export const maxWords = 4_000;

/** Answers by item; null, or nothing, for an item that was left out. */
export const newResponseSchema = z.strictObject({
  questionnaire: z.string().max(64),
  answers: z.record(z.string().max(64), z.union([z.number(), z.string().max(maxWords), z.null()])),
  /** The time they belong to; now when it is left out. */
  at: z.int().nonnegative().optional(),
});
export type NewResponse = z.infer<typeof newResponseSchema>;

const scoreSchema = z.strictObject({
  id: z.string(),
  value: z.number(),
  min: z.number(),
  max: z.number(),
  /** What a score in this range is called; null where it has no name. */
  band: text.nullable(),
});

/** What is shown at once after certain answers, whatever the score: it never waits for staff. */
export const safetyPageSchema = z.strictObject({
  id: z.string(),
  title: text,
  paragraphs: z.array(text),
});
export type SafetyPage = z.infer<typeof safetyPageSchema>;

export const keptResponseSchema = z.strictObject({
  id: z.string(),
  questionnaire: z.string(),
  /** The time the answers belong to, and no other (late entry is nobody's business). */
  at: z.int(),
  complete: z.boolean(),
  scores: z.array(scoreSchema),
});
export type KeptResponse = z.infer<typeof keptResponseSchema>;

export const answeredSchema = z.strictObject({
  response: keptResponseSchema,
  safety: z.array(safetyPageSchema),
  looks: looksSchema,
});
export type Answered = z.infer<typeof answeredSchema>;

/** What was answered for a patient, newest first. */
export const responsesSchema = z.strictObject({
  patient: z.string(),
  responses: z.array(keptResponseSchema),
});

/** The score of an instrument that was filled in elsewhere. */
export const newScoreSchema = z.strictObject({
  questionnaire: z.string().max(64),
  value: z.number(),
  at: z.int().nonnegative().optional(),
});

const of = (kind: string, id: string, what: string): string =>
  `/api/${kind}/${encodeURIComponent(id)}/${what}`;

export const formPaths = {
  questionnaire: (id: string) => `/api/questionnaires/${encodeURIComponent(id)}`,
  forms: (episode: string) => of('episodes', episode, 'forms'),
  responses: (episode: string) => of('episodes', episode, 'responses'),
  scores: (episode: string) => of('episodes', episode, 'scores'),
  answered: (patient: string) => of('patients', patient, 'responses'),
} as const;
