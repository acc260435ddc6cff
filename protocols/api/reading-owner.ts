import { z } from 'zod';
import { readingKinds } from '../reading.js';

/** Whose a reading is of which nobody at home has said so, as staff say it over HTTP. */
export const ownerAnswers = ['mine', 'not-mine'] as const;
export type OwnerAnswer = (typeof ownerAnswers)[number];

/** `take-back`: the last answer was a mistake, and it is a question again. */
export const ownerSaidSchema = z.strictObject({ answer: z.enum([...ownerAnswers, 'take-back']) });
export type OwnerSays = z.infer<typeof ownerSaidSchema>['answer'];

const text = z.strictObject({ sv: z.string(), en: z.string() });

/** Readings of which nobody at home has said whose they are, newest first, with what staff said. */
export const unownedReadingsSchema = z.strictObject({
  patient: z.string(),
  readings: z.array(
    z.strictObject({
      /** Id of the measurement. */
      id: z.string(),
      kind: z.enum(readingKinds),
      name: text,
      /** Milliseconds since 1970 UTC. */
      at: z.int(),
      values: z.array(
        z.strictObject({ name: text, value: z.number(), unit: z.string(), decimals: z.int() }),
      ),
      /** Null as long as it is a question. */
      said: z
        .strictObject({ answer: z.enum(ownerAnswers), by: z.string(), at: z.int() })
        .nullable(),
    }),
  ),
  /** True when there are older ones than are sent. */
  truncated: z.boolean(),
});
export type UnownedReadings = z.infer<typeof unownedReadingsSchema>;
export type UnownedReading = UnownedReadings['readings'][number];

/** `GET`: {@link UnownedReadings}. */
export const unownedPath = (ref: string): string =>
  `/api/patients/${encodeURIComponent(ref)}/unowned-readings`;

/** `POST`: `{ "answer": "mine" }`; the patient's own, somebody else's, or a question again. */
export const ownerPath = (ref: string, id: string): string =>
  `/api/patients/${encodeURIComponent(ref)}/measurements/${encodeURIComponent(id)}/owner`;
