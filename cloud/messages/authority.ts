import type { Actor } from '../staff/actor.js';
import { mustHaveRole } from '../staff/actor.js';

/** Who writes, reads or decides about reminders: a member of staff, or null for the patient. */
export type Talker = Actor | null;

/** Throws {@link CodedError} `not_allowed` for staff who do not treat. */
export function mustMayTalk(talker: Talker): void {
  if (talker !== null) mustHaveRole(talker, 'clinician', 'therapist');
}
