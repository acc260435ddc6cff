import { z } from 'zod';
import { idSchema } from '../plans/text.js';
import { patientRefSchema, timeSchema, inForceSchema, maxPlans } from './measurement.js';

/**
 * Answers to a questionnaire that were given in a home, version 1: another kind of row in an envelope,
 * beside measurements. It is kept, sent and stored by the same two durability points. Strict, like a
 * measurement; a released version stays decodable for ever.
 */

/** No questionnaire of ours has as many items. */
export const maxAnswers = 60;
/** Characters of one answer in words: what the forms themselves allow. */
export const maxAnswerText = 1_000;
/** Octets of all of one row; far less than an envelope holds. */
export const maxAnswersOctets = 16_384;

export const answersSchema = z.strictObject({
  record: z.literal('answers'),
  /** Random, 256 bits: the same for the same act of answering, however often it is sent. */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  patient: patientRefSchema,
  /** Which form, and which version of it was on the screen. */
  questionnaire: idSchema.max(60),
  version: z.string().max(40),
  language: z.enum(['sv', 'en']),
  /** By item; null for an item that the person passed over. */
  answers: z
    .record(idSchema.max(60), z.union([z.number(), z.string().max(maxAnswerText), z.null()]))
    .refine((it) => Object.keys(it).length <= maxAnswers, 'too many answers'),
  /** Gateway clocks at the moment of answering; `measuredAt` is that moment. */
  time: timeSchema,
  plans: z.array(inForceSchema).max(maxPlans).optional(),
});
export type Answers = z.infer<typeof answersSchema>;
