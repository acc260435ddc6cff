import type { FastifyRequest } from 'fastify';
import { CodedError } from '@hemma/protocols/errors.js';
import { staffHeader } from '@hemma/protocols/api/staff.js';
import type { Actor } from '../staff/actor.js';
import type { Staff } from '../staff/staff.js';

/**
 * Who asks. As long as there is no sign-in, pages on this machine say it themselves, in a header.
 * Throws {@link CodedError} `not_allowed` for somebody who has left or says nothing.
 */
export async function actorOf(request: FastifyRequest, staff: Staff): Promise<Actor> {
  const ref = request.headers[staffHeader];
  if (typeof ref !== 'string' || ref === '')
    throw new CodedError('not_allowed', 'Choose who you are first.');
  return staff.actor(ref);
}

/** A member of staff who says so; without the header it is the patient, who is nobody of the staff. */
export async function personOf(request: FastifyRequest, staff: Staff): Promise<Actor | null> {
  const said = request.headers[staffHeader];
  return said === undefined || said === '' ? null : actorOf(request, staff);
}
