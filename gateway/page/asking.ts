import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { languages } from '@hemma/protocols/plans/text.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import type { Acts } from './acts.js';
import { newToken, tokenSchema } from './entry.js';
import type { Filling } from './filling.js';
import type { Html } from './html.js';
import { pageOf } from './layout.js';
import type { Frame } from './layout.js';
import type { PageParts } from './parts.js';

/** What every page asks of a request, and how it is answered: checked here and nowhere else. */

export interface Routing {
  readonly parts: PageParts;
  readonly acts: Acts;
  readonly language: Language;
}

const frameSchema = z.object({
  language: z.enum(languages),
  who: z
    .string()
    .regex(/^[1-9]\d?$/)
    .transform(Number),
  id: z.string().max(60).default(''),
});
/** Fields of a form; more than any of ours has, and each no longer than a text answer. */
export const maxFields = 80;
export const maxFieldText = 1_000;
const saidSchema = z
  .record(z.string().max(60), z.string().max(maxFieldText))
  .refine((it) => Object.keys(it).length <= maxFields);

export type Said = z.infer<typeof saidSchema>;
const nothingSaid: Said = {};

/** Whom a request is about, as far as the address tells. Throws {@link CodedError} `not_found`. */
export function asked(
  request: FastifyRequest,
  { parts }: Pick<Routing, 'parts'>,
  followsAfterMs: number | null = null,
) {
  const params = frameSchema.safeParse(request.params);
  if (!params.success) throw new CodedError('not_found');
  const { language, who, id } = params.data;
  const patients = parts.patients();
  const patient = patients[who - 1];
  if (patient === undefined) throw new CodedError('not_found');
  const kind = /^\/[a-z]{2}\/\d+(?<rest>\/(?:enter|form)\/)/.exec(request.url)?.groups?.['rest'];
  const path = kind === undefined ? '' : `${kind}${id}`;
  const frame: Frame = { language, who, people: patients.length, path, followsAfterMs };
  return { frame, patient, id };
}

/** A form that nobody has filled in yet. */
export function fresh(frame: Frame): Filling {
  return { frame, token: newToken(), said: nothingSaid, problem: null };
}

/** The fields of a form, and the token of the screen. Throws {@link CodedError} `request_invalid`. */
export function saidIn({ body }: FastifyRequest): { readonly said: Said; readonly token: string } {
  const said = saidSchema.safeParse(body);
  if (!said.success) throw new CodedError('request_invalid');
  const token = tokenSchema.safeParse(said.data['token']);
  if (!token.success) throw new CodedError('request_invalid');
  return { said: said.data, token: token.data };
}

/** What was wrong with what somebody said; a fault of ours goes on to where faults are answered. */
export function codeOf(error: unknown): ErrorCode {
  const { code } = codedError(error);
  if (code === 'internal') throw error;
  return code;
}

export function page(reply: FastifyReply, frame: Frame, heading: string, content: Html) {
  return reply.type('text/html; charset=utf-8').send(pageOf(frame, heading, content));
}
