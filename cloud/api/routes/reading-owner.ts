import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ownerSaidSchema } from '@hemma/protocols/api/reading-owner.js';
import { sayOwner } from '../../record/reading-owner.js';
import { actorOf } from '../actor.js';
import { received } from '../check.js';
import type { ApiContext } from '../context.js';

const params = z.strictObject({
  ref: z.string().max(64),
  id: z.string().regex(/^[0-9a-f]{64}$/),
});

/** `POST /api/patients/{ref}/measurements/{id}/owner`: staff say whose a reading is. */
export function readingOwnerRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, staff, live, clock } = context;
  app.post('/api/patients/:ref/measurements/:id/owner', async (request) => {
    const { ref: patient, id: entry } = received(params, request.params);
    const { answer } = received(ownerSaidSchema, request.body);
    const actor = await actorOf(request, staff);
    await sayOwner(db, actor, { patient, entry, answer }, clock.wall().ms);
    live.touch([patient]);
    return {};
  });
}
