import { z } from 'zod';

/** How staff and patient met, or spoke (effect measures `therapist-minutes` and `visits-replaced`). */
export const contactChannels = ['message', 'phone', 'visit', 'video'] as const;
/** Longest contact: a day. */
export const maxContactMinutes = 1_440;

/** A contact that took place now; it may have been in place of a visit. */
export const contactRequestSchema = z.strictObject({
  channel: z.enum(contactChannels),
  minutes: z.int().min(0).max(maxContactMinutes),
  replacesVisit: z.boolean(),
});
