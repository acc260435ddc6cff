import type { FastifyInstance } from 'fastify';
import { clinicPaths, systemStatusSchema } from '@hemma/protocols/api/clinic.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** `GET /api/status`: the state of the whole system, for the head of the page. */
export function statusRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, journal, fleet, followers } = context;
  app.get(clinicPaths.status, async () => {
    const refused = await db
      .selectFrom('refused')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const gateways = await fleet.overview();
    return sent(systemStatusSchema, {
      reach: 'loopback',
      // Positions of the journal have no holes.
      journalled: await journal.head(),
      refused: refused.count,
      gateways: gateways.map(({ id, state, problems, lastSeenAt, command, ...counts }) => ({
        ...{ id, state, lastSeenAt, command, problems: [...problems] },
        ...{ waiting: counts.waiting, held: counts.held, doubtful: counts.doubtful },
      })),
      followers: followers.map(({ name, behind }) => ({ name, behind })),
    });
  });
}
