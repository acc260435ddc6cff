import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  effectPaths,
  effectsQuerySchema,
  effectsReportSchema,
} from '@hemma/protocols/api/effects.js';
import type { Level } from '@hemma/protocols/api/effects.js';
import { nothingSchema } from '@hemma/protocols/api/worklist.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import { effectsCsv } from '../../effects/csv.js';
import { parseLevel, parsePeriod } from '../../effects/period.js';
import { keepHeartbeat } from '../../effects/store/heartbeats.js';
import { makeReport } from '../../effects/store/make-report.js';
import { mustKnowPatient } from '../../prescribing/start.js';
import { Prompts } from '../../commands/wanted.js';
import { noteSeen } from '../../schedules/home.js';
import { mustHaveRole } from '../../staff/actor.js';
import type { Actor } from '../../staff/actor.js';
import { actorOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';

const patientParams = z.strictObject({ ref: patientRefSchema });

/** `GET /api/effects`, as JSON or as a file for spreadsheets; `POST /api/patients/{ref}/presence`. */
export function effectRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, staff, clock } = context;

  app.get(effectPaths.report, async (request, reply) => {
    const actor = await actorOf(request, staff);
    const { format, language, ...words } = received(effectsQuerySchema, request.query);
    const asked = { period: parsePeriod(words.period), level: parseLevel(words.level) };
    mustMayRead(actor, asked.level);
    const report = await makeReport(context, asked);
    if (format === 'json') return sent(effectsReportSchema, report);
    void reply.header('content-disposition', 'attachment; filename="effects.csv"');
    return reply.type('text/csv; charset=utf-8').send(effectsCsv(report, language));
  });

  app.post('/api/patients/:ref/presence', async (request) => {
    const { ref } = received(patientParams, request.params);
    received(nothingSchema, request.body);
    const actor = await actorOf(request, staff);
    await mustKnowPatient(db, ref);
    await db.transaction().execute(async (trx) => {
      await keepHeartbeat(trx, { staff: actor.staff, patient: ref, at: clock.wall().ms });
      // The home is told that somebody has looked at what came so far.
      if (await noteSeen(trx, ref)) await new Prompts(clock).homeChanged(trx, ref);
    });
    return {};
  });
}

/** Those who treat; administrators see groups, and nothing of one patient. */
function mustMayRead(actor: Actor, level: Level): void {
  if (level.kind === 'patient') mustHaveRole(actor, 'clinician', 'therapist');
  else
    mustHaveRole(actor, 'clinician', 'therapist', 'resident-administrator', 'data-administrator');
}
