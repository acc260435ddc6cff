import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { languages } from '@hemma/protocols/plans/text.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import { answersIn, holds } from './answers.js';
import { asked, codeOf, fresh, page, saidIn } from './asking.js';
import type { Routing } from './asking.js';
import { newToken } from './entry.js';
import { entryRoutes } from './entry-routes.js';
import type { Filling } from './filling.js';
import { faultView, formView, safetyView } from './form-views.js';
import { pathTo, textsOf } from './layout.js';
import type { Frame } from './layout.js';
import { lookOf } from './look.js';
import { mainView } from './main-view.js';

/** What was saved stays so long on a screen that nobody touches, to be read in peace. */
const savedShownMs = 30_000;
const doubtSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  answer: z.enum(['mine', 'not-mine']),
});
/** What a refusal answers over HTTP; a code that is not named here is a fault of ours. */
const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  not_found: 404,
  not_allowed: 403,
  request_invalid: 400,
  wrong_state: 409,
  overloaded: 429,
  disk_full: 507,
  outbox_full: 507,
};

/** Every page of the patient page. */
export function pageRoutes(app: FastifyInstance, routing: Routing): void {
  const { parts, language } = routing;
  parseForms(app);
  answerFaults(app, routing);
  app.get('/', (_, reply) => reply.redirect(pathTo({ language, who: 1 })));
  for (const saved of [null, 'value', 'answers'] as const)
    app.get(`/:language/:who${saved === null ? '' : `/saved/${saved}`}`, (request, reply) => {
      const { frame, patient } = asked(request, routing, saved === null ? 0 : savedShownMs);
      const { timeZone } = parts;
      const shown = { frame, look: lookOf(patient, parts), timeZone, saved, token: newToken() };
      return page(reply, frame, textsOf(frame).now, mainView(shown));
    });
  entryRoutes(app, routing);
  formRoutes(app, routing);
  app.post('/:language/:who/doubt', (request, reply) => {
    const { frame, patient } = asked(request, routing);
    const said = doubtSchema.safeParse(request.body);
    if (!said.success) throw new CodedError('request_invalid');
    const { id, answer } = said.data;
    // What is not asked about any more was answered by another tap: the page shows what became of it.
    const isAsked = parts.doubts
      .waiting()
      .some((it) => it.id === id && it.measurement.patient === patient);
    if (isAsked) parts.doubts.answer(id, answer);
    return reply.redirect(pathTo(frame), 303);
  });
}

function formRoutes(app: FastifyInstance, routing: Routing): void {
  const { parts, acts } = routing;
  const find = (request: FastifyRequest) => {
    const { frame, patient, id } = asked(request, routing);
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
    const { said, token } = saidIn(request);
    const title = asking.form.title[frame.language];
    try {
      const answers = answersIn(asking.form, said);
      acts.answer(patient, asking, { answers, language: frame.language, token });
      const urgent = asking.safety.filter((it) => holds(answers[it.item], it));
      if (urgent.length > 0) return page(reply, frame, title, safetyView(frame, urgent));
      return reply.redirect(pathTo(frame, '/saved/answers'), 303);
    } catch (error) {
      const filling: Filling = { ...fresh(frame), said, token, problem: codeOf(error) };
      return page(reply.code(422), frame, title, formView(asking, filling));
    }
  });
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

/** Whatever goes wrong is a page in words; its code of the registry is in the header `hemma-code`. */
export function sayFault(
  { url }: Pick<FastifyRequest, 'url'>,
  reply: FastifyReply,
  { code, status, language }: Fault,
): FastifyReply {
  const spoken = languages.find((it) => url.startsWith(`/${it}/`)) ?? language;
  const frame: Frame = { language: spoken, who: 1, people: 1, path: '', followsAfterMs: null };
  void reply.code(status ?? statusOf[code] ?? 500).header('hemma-code', code);
  return page(reply, frame, textsOf(frame).faultHead, faultView(frame, code));
}

interface Fault {
  readonly code: ErrorCode;
  /** What the protocol asks for, where it is more exact than the code. */
  readonly status?: number;
  /** Where the address says none. */
  readonly language: Language;
}

function answerFaults(app: FastifyInstance, { parts, language }: Routing): void {
  app.setNotFoundHandler((request, reply) =>
    sayFault(request, reply, { code: 'not_found', language }),
  );
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof CodedError)) {
      const { statusCode: status } = z
        .object({ statusCode: z.number() })
        .catch({ statusCode: 500 })
        .parse(error);
      if (status < 500)
        return sayFault(request, reply, { code: 'request_invalid', status, language });
    }
    const { code } = codedError(error);
    if (code === 'internal') parts.log.error({ err: error }, 'the patient page has a fault');
    return sayFault(request, reply, { code, language });
  });
}
