import { z } from 'zod';

/** How staff and patient met, or spoke (effect measures `therapist-minutes` and `visits-replaced`). */
export const contactChannels = ['message', 'phone', 'visit', 'video'] as const;
/** What a programme asks for by talk: at its start, at a review, at its end (requirements R43, R52, R53). */
export const contactPurposes = ['start-talk', 'review-talk', 'closing-talk'] as const;
export type ContactPurpose = (typeof contactPurposes)[number];
/** Longest contact: a day. */
export const maxContactMinutes = 1_440;

/** A contact that took place now; it may have been in place of a visit. */
export const contactRequestSchema = z.strictObject({
  channel: z.enum(contactChannels),
  minutes: z.int().min(0).max(maxContactMinutes),
  replacesVisit: z.boolean(),
  purpose: z.enum(contactPurposes).optional(),
});
