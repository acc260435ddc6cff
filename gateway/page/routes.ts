import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { languages } from '@hemma/protocols/plans/text.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import type { Acts } from './acts.js';
import { answersIn, holds } from './answers.js';
import { entryOf, newToken, tokenSchema } from './entry.js';
import { entryView, faultView, formView, safetyView, sureOf } from './form-views.js';
import type { Filling } from './form-views.js';
import { pageOf, pathTo, textsOf } from './layout.js';
import type { Frame } from './layout.js';
import { lookOf } from './look.js';
import { mainView } from './main-view.js';
import type { PageParts } from './parts.js';

interface Routing {
  readonly parts: PageParts;
  readonly acts: Acts;
  readonly language: Language;
}

const frameSchema = z.object({
  language: z.enum(languages),
  who: z.coerce.number().int().min(1).max(99),
  id: z.string().max(60).default(''),
});
/** Fields of a form; more than any of ours has, and each no longer than a text answer. */
const maxFields = 80;
const saidSchema = z
  .record(z.string().max(60), z.string().max(1_000))
  .refine((it) => Object.keys(it).length <= maxFields);
const doubtSchema = z.object({ id: z.string().max(64), answer: z.enum(['mine', 'not-mine']) });

type Said = z.infer<typeof saidSchema>;
const nothingSaid: Said = {};

/** Whom a request is about, as far as the address tells; throws `not_found`. */
function asked(request: FastifyRequest, { parts }: Routing, live: boolean) {
  const params = frameSchema.safeParse(request.params);
  if (!params.success) throw new CodedError('not_found');
  const { language, who, id } = params.data;
  const patients = parts.patients();
  const patient = patients[who - 1];
  if (patient === undefined) throw new CodedError('not_found');
  const kind = /^\/[a-z]{2}\/\d+(?<rest>\/(?:enter|form)\/)/.exec(request.url)?.groups?.['rest'];
  const path = kind === undefined ? '' : `${kind}${id}`;
  const frame: Frame = { language, who, people: patients.length, path, live };
  return { frame, patient, id };
}

/** Every page of the patient page. */
export function pageRoutes(app: FastifyInstance, routing: Routing): void {
  const { parts, language } = routing;
  parseForms(app);
  answerFaults(app, routing);
  app.get('/', (_, reply) => reply.redirect(pathTo({ language, who: 1 })));
  for (const saved of [null, 'value', 'answers'] as const)
    app.get(`/:language/:who${saved === null ? '' : `/saved/${saved}`}`, (request, reply) => {
      const { frame, patient } = asked(request, routing, saved === null);
      const { timeZone } = parts;
      const shown = { frame, look: lookOf(patient, parts), timeZone, saved, token: newToken() };
      return page(reply, frame, textsOf(frame).now, mainView(shown));
    });
  entryRoutes(app, routing);
  formRoutes(app, routing);
  app.post('/:language/:who/doubt', (request, reply) => {
    const { frame } = asked(request, routing, false);
    const said = doubtSchema.safeParse(request.body);
    if (!said.success) throw new CodedError('not_found');
    parts.doubts.answer(said.data.id, said.data.answer);
    return reply.redirect(pathTo(frame), 303);
  });
}

function entryRoutes(app: FastifyInstance, routing: Routing): void {
  const { parts, acts } = routing;
  const find = (request: FastifyRequest) => {
    const { frame, patient, id } = asked(request, routing, false);
    const task = lookOf(patient, parts)
      .plans.flatMap((it) => it.schedule.tasks)
      .find((it) => it.id === id && it.byHand);
    if (task === undefined) throw new CodedError('not_found');
    return { frame, patient, task };
  };
  app.get('/:language/:who/enter/:id', (request, reply) => {
    const { frame, task } = find(request);
    return page(reply, frame, textsOf(frame).entryTitle, entryView(task, fresh(frame)));
  });
  app.post('/:language/:who/enter/:id', (request, reply) => {
    const { frame, patient, task } = find(request);
    const said = saidIn(request);
    const token = tokenIn(said);
    const again = (more: Partial<Filling>) => {
      const view = entryView(task, { ...fresh(frame), said, token, ...more });
      return page(reply.code(422), frame, textsOf(frame).entryTitle, view);
    };
    try {
      const { clock, timeZone } = parts;
      const context = { task, token, timeZone, nowMs: clock.wall().ms };
      const entry = entryOf(said, context);
      if (entry.unusual && said['sure'] !== sureOf(task, said)) return again({ askSure: true });
      acts.enter(patient, entry, token);
      return reply.redirect(pathTo(frame, '/saved/value'), 303);
    } catch (error) {
      return again({ problem: codeOf(error) });
    }
  });
}

function formRoutes(app: FastifyInstance, routing: Routing): void {
  const { parts, acts } = routing;
  const find = (request: FastifyRequest) => {
    const { frame, patient, id } = asked(request, routing, false);
    const asking = lookOf(patient, parts)
      .plans.flatMap((it) => it.schedule.questionnaires)
      .find((it) => it.form.id === id);
    if (asking === undefined) throw new CodedError('not_found');
    return { frame, patient, asking };
  };
  app.get('/:language/:who/form/:id', (request, reply) => {
    const { frame, asking } = find(request);
    return page(reply, frame, asking.form.title[frame.language], formView(asking, fresh(frame)));
  });
  app.post('/:language/:who/form/:id', (request, reply) => {
    const { frame, patient, asking } = find(request);
    const said = saidIn(request);
    const token = tokenIn(said);
    const title = asking.form.title[frame.language];
    try {
      const answers = answersIn(asking.form, said);
      acts.answer(patient, asking, { answers, language: frame.language, token });
      const urgent = asking.safety.filter((it) => holds(answers[it.item], it));
      if (urgent.length > 0) return page(reply, frame, title, safetyView(frame, urgent));
      return reply.redirect(pathTo(frame, '/saved/answers'), 303);
    } catch (error) {
      const filling = { ...fresh(frame), said, token, problem: codeOf(error) };
      return page(reply.code(422), frame, title, formView(asking, filling));
    }
  });
}

function fresh(frame: Frame): Filling {
  return { frame, token: newToken(), said: nothingSaid, problem: null, askSure: false };
}

function saidIn({ body }: FastifyRequest): Said {
  const said = saidSchema.safeParse(body);
  if (!said.success) throw new CodedError('request_invalid');
  return said.data;
}

function tokenIn(said: Said): string {
  const token = tokenSchema.safeParse(said['token']);
  if (!token.success) throw new CodedError('request_invalid');
  return token.data;
}

/** What was wrong with what somebody said; a fault of ours goes on to where faults are answered. */
function codeOf(error: unknown): ErrorCode {
  const { code } = codedError(error);
  if (code === 'internal') throw error;
  return code;
}

function page(
  reply: FastifyReply,
  frame: Frame,
  heading: string,
  content: Parameters<typeof pageOf>[2],
) {
  return reply.type('text/html; charset=utf-8').send(pageOf(frame, heading, content));
}

function parseForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}

/** Whatever goes wrong is a page in words, with a code of the registry in its status and log. */
function answerFaults(app: FastifyInstance, { parts, language }: Routing): void {
  const frame: Frame = { language, who: 1, people: 1, path: '', live: false };
  const say = (reply: FastifyReply, status: number, code: ErrorCode) =>
    page(reply.code(status), frame, textsOf(frame).errorHead, faultView(frame, code));
  app.setNotFoundHandler((_, reply) => say(reply, 404, 'not_found'));
  app.setErrorHandler((error, _, reply) => {
    if (!(error instanceof CodedError)) {
      const { statusCode } = z
        .object({ statusCode: z.number() })
        .catch({ statusCode: 500 })
        .parse(error);
      if (statusCode < 500) return say(reply, statusCode, 'request_invalid');
    }
    const { code } = codedError(error);
    if (code === 'internal') parts.log.error({ err: error }, 'the patient page has a fault');
    return say(reply, code === 'not_found' ? 404 : code === 'internal' ? 500 : 400, code);
  });
}
