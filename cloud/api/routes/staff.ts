import type { FastifyInstance } from 'fastify';
import { staffPath, staffSchema } from '@hemma/protocols/api/staff.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** `GET /api/staff`: those who work here, by name; the page asks who sits before it. */
export function staffRoutes(app: FastifyInstance, { staff }: ApiContext): void {
  app.get(staffPath, async () => {
    const members = await staff.list();
    return sent(staffSchema, {
      staff: members.map(({ staff: ref, displayName, roles, licensed, unit }) => ({
        ...{ ref, displayName, roles: [...roles], licensed, unit },
      })),
    });
  });
}
