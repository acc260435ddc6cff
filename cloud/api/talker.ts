import type { FastifyRequest } from 'fastify';
import { mustMayTalk } from '../messages/authority.js';
import type { Talker } from '../messages/authority.js';
import { personOf } from './actor.js';
import type { ApiContext } from './context.js';
import { askedPatient } from './patient.js';

/**
 * The patient in the path, and who writes or decides for them: staff who say who they are, else the
 * patient. Throws {@link CodedError} `not_found`, `not_allowed`.
 */
export async function talkerOf(
  { db, staff }: Pick<ApiContext, 'db' | 'staff'>,
  request: FastifyRequest,
): Promise<{ readonly ref: string; readonly person: Talker }> {
  const { ref } = await askedPatient(db, request.params);
  const person = await personOf(request, staff);
  mustMayTalk(person);
  return { ref, person };
}
