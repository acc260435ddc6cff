import type { FastifyInstance } from 'fastify';
import { unitsSchema } from '@hemma/protocols/api/prescribing.js';
import { prescribingPaths } from '@hemma/protocols/api/prescribing-paths.js';
import { nextStaffed } from '../../coverage/coverage.js';
import { checkUnit } from '../../prescribing/guard.js';
import { Units } from '../../units/units.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** `GET /api/units`: where something can be prescribed, and why it cannot. */
export function unitRoutes(app: FastifyInstance, { db, clock }: ApiContext): void {
  app.get(prescribingPaths.units, async () => {
    const now = clock.wall().ms;
    const units = [];
    for (const unit of await new Units(db).list()) {
      const { problems } = await checkUnit(db, unit.id, now);
      units.push({
        ...unit,
        problems: [...problems],
        nextStaffedAt: nextStaffed(unit.hours, now),
      });
    }
    return sent(unitsSchema, { units });
  });
}
