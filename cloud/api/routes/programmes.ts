import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  choiceRequestSchema,
  commentRequestSchema,
  commentedSchema,
  completedSchema,
  completionRequestSchema,
  goalEndRequestSchema,
  goalRequestSchema,
  goalSetSchema,
  programmeSchema,
  undoRequestSchema,
} from '@hemma/protocols/api/programmes.js';
import { findEpisode } from '../../episodes/episodes.js';
import type { Person } from '../../prescribing/authority.js';
import { comment } from '../../programmes/comments.js';
import { complete, undo } from '../../programmes/complete.js';
import { chooseActivities, endGoal, setGoal } from '../../programmes/decide.js';
import { programmeOf } from '../../programmes/programme.js';
import { personOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';

const params = z.strictObject({ id: z.string().max(64) });

/**
 * `GET /api/episodes/{id}/programme`, and `POST …/completions | completions/undo | comments | goals |
 * goals/end | activities`. Without the header that names staff it is the patient.
 */
export function programmeRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/episodes/:id/programme', async (request) => {
    const { id } = received(params, request.params);
    return sent(programmeSchema, await programmeOf(context, id));
  });
  const post = (what: string, act: Act) =>
    app.post(`/api/episodes/:id/${what}`, async (request: FastifyRequest) => {
      const { id } = received(params, request.params);
      const answer = await act(await personOf(request, context.staff), id, request.body);
      context.live.touch([(await findEpisode(context.db, id)).patient]);
      return answer;
    });
  post('completions', async (person, id, body) => {
    const asked = received(completionRequestSchema, body);
    return sent(completedSchema, await complete(context, person, id, asked));
  });
  post('completions/undo', async (person, id, body) => {
    await undo(context, person, id, received(undoRequestSchema, body).entry);
    return {};
  });
  post('comments', async (person, id, body) => {
    const asked = received(commentRequestSchema, body);
    return sent(commentedSchema, { entry: await comment(context, person, id, asked) });
  });
  post('goals', async (person, id, body) => {
    const asked = received(goalRequestSchema, body);
    return sent(goalSetSchema, { goal: await setGoal(context, person, id, asked) });
  });
  post('goals/end', async (person, id, body) => {
    await endGoal(context, person, id, received(goalEndRequestSchema, body).goal);
    return {};
  });
  post('activities', async (person, id, body) => {
    await chooseActivities(context, person, id, received(choiceRequestSchema, body));
    return {};
  });
}

type Act = (person: Person, id: string, body: unknown) => Promise<unknown>;
