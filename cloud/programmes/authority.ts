import type { MonitoringKind } from '@hemma/protocols/plans/plan.js';
import { type Person, mustMayFollow } from '../prescribing/authority.js';

/**
 * What a patient does and wants is the patient's to say, alone (`person` null) or with the help of
 * those who treat. Throws `not_allowed`.
 */
export function mustTakePart(person: Person, kind: MonitoringKind): void {
  if (person !== null) mustMayFollow(person, kind);
}
