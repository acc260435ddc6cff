import type { MonitoringKind } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Episode } from '../episodes/episodes.js';
import { mustBeLicensed, mustHaveRole } from '../staff/actor.js';
import type { Actor } from '../staff/actor.js';

/** Who acts: a member of staff, or null for the patient alone. */
export type Person = Actor | null;

/**
 * Prescribed is decided by a licensed professional, recommended by authorised staff, self-initiated by
 * the patient alone (requirements R5 to R7). Throws {@link CodedError} `not_allowed`.
 */
export function mustMayStart(person: Person, kind: MonitoringKind): void {
  mustMayFollow(person, kind);
  if (person !== null && kind === 'prescribed') mustBeLicensed(person);
}

/** Pause, resume, phase, series, end: those who treat. Throws {@link CodedError} `not_allowed`. */
export function mustMayFollow(person: Person, kind: MonitoringKind): void {
  if (kind === 'self-initiated') {
    if (person !== null)
      throw new CodedError('not_allowed', 'What a patient follows alone is the patient’s own.');
    return;
  }
  if (person === null) throw new CodedError('not_allowed', 'Say which member of staff acts.');
  mustHaveRole(person, 'clinician', 'therapist');
}

/** Limits, version, baseline: a licensed professional. Throws {@link CodedError} `not_allowed`. */
export function mustMayDecide(person: Person, { kind }: Pick<Episode, 'kind'>): void {
  mustMayFollow(person, kind);
  if (person !== null) mustBeLicensed(person);
}
