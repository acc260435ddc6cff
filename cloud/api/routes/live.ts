import type { FastifyInstance } from 'fastify';
import { clinicPaths } from '@hemma/protocols/api/clinic.js';
import type { ApiContext } from '../context.js';
import { noStore, securityHeaders } from '../guard.js';

/** `GET /api/live`: server-sent events, see `LiveFeed`. */
export function liveRoutes(app: FastifyInstance, { live }: ApiContext): void {
  app.get(clinicPaths.live, (_request, reply) => {
    live.reserve();
    reply.hijack();
    reply.raw.writeHead(200, {
      ...securityHeaders,
      ...noStore,
      'content-type': 'text/event-stream; charset=utf-8',
    });
    live.join(reply.raw);
  });
}
