import type { FastifyInstance } from 'fastify';
import { gatewayPaths, gatewaysSchema, healingsSchema } from '@hemma/protocols/api/gateways.js';
import { healingsOf } from '../../fleet/healings.js';
import type { LastStep } from '../../fleet/healings.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** `GET /api/gateways`, and `GET /api/gateways/:gateway/healings` with `not_found` for no gateway. */
export function gatewayRoutes(app: FastifyInstance, { db, fleet }: ApiContext): void {
  app.get(gatewayPaths.gateways, async () => {
    const gateways = await fleet.overview();
    return sent(gatewaysSchema, {
      gateways: gateways.map(({ id, state, software, lastSeenAt, healing, ...one }) => ({
        ...{ id, state, software, lastSeenAt },
        ...{ waiting: one.waiting, held: one.held, doubtful: one.doubtful },
        ...{ patients: [...one.patients], problems: [...one.problems] },
        lastStep: healing === null ? null : inShort(healing),
      })),
    });
  });
  app.get<{ Params: { gateway: string } }>('/api/gateways/:gateway/healings', async (request) => {
    const healings = await healingsOf(db, request.params.gateway);
    return sent(healingsSchema, { healings: [...healings] });
  });
}

function inShort({ step, fault, outcome, stepsADay }: LastStep) {
  const all = Object.values(stepsADay).reduce((sum, count) => sum + count, 0);
  return { step, fault, outcome, stepsADay: all };
}
