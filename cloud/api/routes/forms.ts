import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  answeredSchema,
  formsSchema,
  newResponseSchema,
  newScoreSchema,
  questionnaireSchema,
  responsesSchema,
} from '@hemma/protocols/api/forms.js';
import { shownForm } from '../../forms/shown.js';
import { actorOf, personOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { askedPatient } from '../patient.js';

const idParams = z.strictObject({ id: z.string().max(64) });

/**
 * `GET /api/questionnaires/{id}`, `GET /api/episodes/{id}/forms`, `POST …/responses | scores`,
 * `GET /api/patients/{ref}/responses`.
 */
export function formRoutes(app: FastifyInstance, { db, forms, staff, live }: ApiContext): void {
  app.get('/api/questionnaires/:id', (request) => {
    const { id } = received(idParams, request.params);
    return sent(questionnaireSchema, shownForm(forms.questionnaire(id)));
  });

  app.get('/api/episodes/:id/forms', async (request) => {
    const { id } = received(idParams, request.params);
    return sent(formsSchema, await forms.list(id));
  });

  app.post('/api/episodes/:id/responses', async (request) => {
    const { id } = received(idParams, request.params);
    const said = received(newResponseSchema, request.body);
    const answered = await forms.answer(id, said, await personOf(request, staff));
    live.touch([]);
    return sent(answeredSchema, answered);
  });

  app.post('/api/episodes/:id/scores', async (request) => {
    const { id } = received(idParams, request.params);
    const said = received(newScoreSchema, request.body);
    await forms.importScore(id, said, await actorOf(request, staff));
    live.touch([]);
    return {};
  });

  app.get('/api/patients/:ref/responses', async (request) => {
    const { ref } = await askedPatient(db, request.params);
    const responses = await forms.answered(ref, await personOf(request, staff));
    return sent(responsesSchema, { patient: ref, responses: [...responses] });
  });
}
