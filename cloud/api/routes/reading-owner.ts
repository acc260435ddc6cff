import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ownerSaidSchema, unownedReadingsSchema } from '@hemma/protocols/api/reading-owner.js';
import type { UnownedReading } from '@hemma/protocols/api/reading-owner.js';
import type { Catalogue } from '../../catalogue.js';
import type { PastMeasurement } from '../../journal/journal.js';
import { eventsOf } from '../../record/care-record.js';
import { maxUnowned, ownersIn, sayOwner, unownedOf } from '../../record/reading-owner.js';
import type { OwnerDecision } from '../../record/reading-owner.js';
import { actorOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { askedPatient } from '../patient.js';

const params = z.strictObject({
  ref: z.string().max(64),
  id: z.string().regex(/^[0-9a-f]{64}$/),
});
/** What is older than a half year is a question no more: no rule looks back so far. */
const askedBackMs = 183 * 86_400_000;

/**
 * `GET /api/patients/{ref}/unowned-readings`: of which nobody at home said whose they are.
 * `POST /api/patients/{ref}/measurements/{id}/owner`: staff say it, or take back what they said.
 */
export function readingOwnerRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, staff, live, clock, catalogue } = context;
  app.get('/api/patients/:ref/unowned-readings', async (request) => {
    const { ref: patient } = await askedPatient(db, request.params);
    const found = await unownedOf(db, patient, clock.wall().ms - askedBackMs);
    const said = ownersIn(await eventsOf(db, patient));
    const names = await staff.names([...said.values()].map((it) => it.staff));
    const readings = found.slice(0, maxUnowned).map((it) => {
      const decision = said.get(it.id);
      return { ...shown(it, catalogue), said: decision ? shownDecision(decision, names) : null };
    });
    const truncated = found.length > maxUnowned;
    return sent(unownedReadingsSchema, { patient, readings, truncated });
  });
  app.post('/api/patients/:ref/measurements/:id/owner', async (request) => {
    const { ref: patient, id: entry } = received(params, request.params);
    const { answer } = received(ownerSaidSchema, request.body);
    const actor = await actorOf(request, staff);
    await sayOwner(db, actor, { patient, entry, answer }, clock.wall().ms);
    live.touch([patient]);
    return {};
  });
}

function shown(
  { id, kind, measuredAt: at, measurement }: PastMeasurement,
  { kinds, quantities }: Catalogue,
): Omit<UnownedReading, 'said'> {
  const values = measurement.values.map(({ code, value }) => {
    const quantity = quantities.get(code);
    const name = quantity?.name ?? { sv: code, en: code };
    return { name, value, unit: quantity?.unit ?? '', decimals: quantity?.decimals ?? 0 };
  });
  return { ...{ id, kind, at, values }, name: kinds.get(kind) ?? { sv: kind, en: kind } };
}

function shownDecision(
  { answer, staff, at }: OwnerDecision,
  names: ReadonlyMap<string, string>,
): UnownedReading['said'] {
  return { answer, by: names.get(staff) ?? staff, at };
}
