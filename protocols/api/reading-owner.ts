import { z } from 'zod';

/** Whose a reading is of which nobody at home has said so, as staff say it over HTTP. */
export const ownerAnswers = ['mine', 'not-mine'] as const;
export type OwnerAnswer = (typeof ownerAnswers)[number];

export const ownerSaidSchema = z.strictObject({ answer: z.enum(ownerAnswers) });

/** `POST`: `{ "answer": "mine" }`; the patient's own, or somebody else's. */
export const ownerPath = (ref: string, id: string): string =>
  `/api/patients/${encodeURIComponent(ref)}/measurements/${encodeURIComponent(id)}/owner`;
