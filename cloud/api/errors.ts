import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { apiErrorSchema } from '@hemma/protocols/api/clinic.js';
import { CodedError, errorCodes } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Log } from '@hemma/runtime/log.js';
import { isUnavailable } from '../database/faults.js';
import { faultOf } from '../fault.js';
import { Refused } from '../plans/refused.js';

/** Every answer that is not the one asked for has the form of `apiErrorSchema`. */
type ApiError = z.infer<typeof apiErrorSchema>;

const statusOf: Partial<Record<ErrorCode, number>> = {
  not_found: 404,
  request_invalid: 400,
  answer_unknown_item: 400,
  answer_not_offered: 400,
  not_allowed: 403,
  wrong_state: 409,
  prescription_refused: 422,
  time_in_future: 400,
  time_too_far_back: 400,
  step_not_open: 409,
  programme_limit: 409,
  closing_missing: 422,
  content_refused: 422,
  content_stale: 409,
  content_taken: 409,
  content_released: 409,
  content_same_person: 403,
  message_closed: 409,
  message_taken: 409,
  message_waiting: 409,
  reminder_fixed: 403,
  overloaded: 503,
  trends_unavailable: 503,
  journal_unavailable: 503,
};

export function apiError(code: ErrorCode, message: string = errorCodes[code].meaning): ApiError {
  return { error: { code, message } };
}

export function handleErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    answer(error, reply, () => {
      // The route and not the address: an address may hold a patient's reference.
      const route = request.routeOptions.url ?? null;
      log.error({ route, ...faultOf(error) }, 'request failed');
    }),
  );
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(apiError('not_found', 'There is nothing at this address.')),
  );
}

/** Answers what the framework refuses before a route is found: an address that cannot be decoded. */
export function answerEarly(error: FastifyError, reply: FastifyReply): void {
  answer(error, reply, () => undefined);
}

/** Answers what is no HTTP request at all. */
export function answerBroken(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const body = JSON.stringify(apiError('request_invalid', 'This is no HTTP request.'));
  const head = [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function answer(error: FastifyError, reply: FastifyReply, report: () => void): void {
  if (error instanceof CodedError) {
    const status = statusOf[error.code] ?? 500;
    if (status >= 500) report();
    const told = apiError(error.code, error.message).error;
    const problems = error instanceof Refused ? { problems: [...error.problems] } : {};
    void reply.code(status).send({ error: { ...told, ...problems } } satisfies ApiError);
    return;
  }
  if (isUnavailable(error)) {
    report();
    void reply.code(503).send(apiError('journal_unavailable'));
    return;
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    void reply.code(status).send(apiError('request_invalid', error.message));
    return;
  }
  report();
  void reply.code(500).send(apiError('internal'));
}
