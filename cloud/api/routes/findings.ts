import type { FastifyInstance } from 'fastify';
import { findingsSchema } from '@hemma/protocols/api/clinic.js';
import { sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { askedPatient } from '../patient.js';
import { snoozed } from '../../rules/finding-rows.js';
import { explained } from '../why.js';

/** About a year of a patient with something every other day. */
const maxFindings = 200;

/** `GET /api/patients/{ref}/findings`: all that was found for a patient, newest first. */
export function findingRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db } = context;
  app.get('/api/patients/:ref/findings', async (request) => {
    const { ref, isTest } = await askedPatient(db, request.params);
    const rows = await db
      .selectFrom('findings')
      .selectAll()
      .where('patient', '=', ref)
      .orderBy('found_at', 'desc')
      .orderBy('id')
      .limit(maxFindings + 1)
      .execute();
    const findings = rows.slice(0, maxFindings).map((row) => ({
      id: row.id,
      kind: row.cause === snoozed ? ('snoozed' as const) : row.kind,
      severity: row.severity,
      isTest,
      ...explained(row, context),
      raisedAt: row.found_at,
      clearedAt: row.cleared_at,
      count: row.count,
    }));
    return sent(findingsSchema, { patient: ref, findings, truncated: rows.length > maxFindings });
  });
}
