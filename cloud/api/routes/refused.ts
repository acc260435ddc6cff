import type { FastifyInstance } from 'fastify';
import { clinicPaths, refusedSchema } from '@hemma/protocols/api/clinic.js';
import { listMalformed, listRefused } from '../../journal/custody.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** Newest first, and enough to see what is wrong; `hemma-cloud refused list` shows more. */
const maxRows = 200;

/** `GET /api/refused`: the dead letters. */
export function refusedRoutes(app: FastifyInstance, { db }: ApiContext): void {
  app.get(clinicPaths.refused, async () => {
    const rows = await listRefused(db, maxRows + 1);
    const malformed = await listMalformed(db, maxRows);
    return sent(refusedSchema, {
      refused: rows.slice(0, maxRows),
      truncated: rows.length > maxRows,
      malformed: malformed.map(({ gateway, code, count, firstAt, lastAt }) => ({
        ...{ gateway, code, count, firstAt, lastAt },
      })),
    });
  });
}
