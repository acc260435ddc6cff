import {
  ownerPath,
  unownedPath,
  unownedReadingsSchema,
} from '@hemma/protocols/api/reading-owner.js';
import type { OwnerSays, UnownedReadings } from '@hemma/protocols/api/reading-owner.js';
import { ask, post } from './api.js';

export const fetchUnowned = (patient: string): Promise<UnownedReadings> =>
  ask(unownedPath(patient), unownedReadingsSchema);

/** Whoever sits here says whose a reading is, or takes back what was said. */
export const sayOwner = (patient: string, id: string, answer: OwnerSays): Promise<void> =>
  post(ownerPath(patient, id), { answer });
