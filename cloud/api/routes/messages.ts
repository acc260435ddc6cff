import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  newMessageSchema,
  readMessagesSchema,
  sentMessageSchema,
  threadQuerySchema,
  threadSchema,
} from '@hemma/protocols/api/messages.js';
import { threadOf } from '../../messages/thread.js';
import { markRead, writeMessage } from '../../messages/write.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { talkerOf } from '../talker.js';

const path = '/api/patients/:ref/messages';

/** `GET` and `POST /api/patients/{ref}/messages`, `POST …/read`: of staff who say who they are, else of the patient. */
export function messageRoutes(app: FastifyInstance, context: ApiContext): void {
  const { live, clock } = context;
  const who = (request: FastifyRequest) => talkerOf(context, request);

  app.get(path, async (request) => {
    const { ref } = await who(request);
    const asked = received(threadQuerySchema, request.query);
    return sent(threadSchema, await threadOf(context, ref, asked, clock.wall().ms));
  });

  app.post(path, async (request) => {
    const { ref, person } = await who(request);
    const said = received(newMessageSchema, request.body);
    const written = await writeMessage(context, person, ref, said);
    live.touch([ref]);
    return sent(sentMessageSchema, written);
  });

  app.post(`${path}/read`, async (request) => {
    const { ref, person } = await who(request);
    const { upTo } = received(readMessagesSchema, request.body);
    await markRead(context, person, ref, upTo);
    live.touch([ref]);
    return {};
  });
}
