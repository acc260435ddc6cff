import { CodedError } from '@hemma/protocols/errors.js';

/** What a member of staff may do (requirements R75–R82, R87). One person may have several roles. */
export const roles = [
  'clinician',
  'therapist',
  'technician',
  'designer',
  'resident-administrator',
  'data-administrator',
  'publisher',
] as const;
export type Role = (typeof roles)[number];

/** Who does something: a member of staff by the random reference, never by name. */
export interface Actor {
  /** `s-…`, of the people store. */
  readonly staff: string;
  readonly roles: readonly Role[];
  /** A licensed professional (legitimerad): only they decide limits and prescribe. */
  readonly licensed: boolean;
}

/** Throws {@link CodedError} `not_allowed` unless the actor has one of the roles. */
export function mustHaveRole(actor: Actor, ...wanted: readonly Role[]): void {
  if (wanted.some((role) => actor.roles.includes(role))) return;
  throw new CodedError('not_allowed', `This needs the role ${wanted.join(' or ')}.`);
}

/** Throws {@link CodedError} `not_allowed` unless the actor is a licensed professional. */
export function mustBeLicensed(actor: Actor): void {
  if (!actor.licensed) throw new CodedError('not_allowed', 'Only a licensed professional may.');
}
