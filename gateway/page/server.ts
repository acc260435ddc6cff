import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CodedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import { Acts } from './acts.js';
import { keysJs } from './keys-script.js';
import { liveJs } from './live-script.js';
import { pageCss } from './style.js';
import { Feed } from './feed.js';
import { isOwnForm, isOwnHost, pageHeaders, Throttle } from './guard.js';
import type { PageParts } from './parts.js';
import { pageRoutes, sayFault } from './routes.js';

export interface PageSettings {
  /** Loopback unless the home network is to see it. Port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Names beside addresses and localhost by which browsers may ask. */
  readonly names: readonly string[];
  readonly language: Language;
}

/** The longest questionnaire with all that can be written into it. */
const maxBodyOctets = 32_768;
/** Head and body of a request take no longer, even on a small machine. */
const requestTimeoutMs = 10_000;
/** Sockets of a few screens and phones. */
const maxConnections = 64;
/** A screen that follows every change of a device that is read out; and hands that are quick. */
const limitsPerMinute = { looks: 600, acts: 30 } as const;

/** The patient page: what to do, what came of it, and what people in the home say themselves. */
export class PageServer implements Part {
  readonly name = 'page';
  readonly #parts: PageParts;
  readonly #settings: PageSettings;
  readonly #feed: Feed;
  readonly #looks = new Throttle(limitsPerMinute.looks);
  readonly #acts = new Throttle(limitsPerMinute.acts);
  #app: FastifyInstance | null = null;

  constructor(parts: PageParts, settings: PageSettings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#feed = new Feed(parts.clock);
  }

  /** The port it listens on; null while it does not. */
  get port(): number | null {
    // A TCP server has no other kind of address.
    const address = this.#app?.server.address() as AddressInfo | null | undefined;
    return address?.port ?? null;
  }

  /** Something that the page shows has changed. */
  touch(): void {
    this.#feed.touch();
  }

  /** A page that cannot be served must not keep readings from being taken: it is logged, and that is all. */
  async start(): Promise<void> {
    const { language } = this.#settings;
    const app = fastify({
      ...{ bodyLimit: maxBodyOctets, requestTimeout: requestTimeoutMs },
      ...{ forceCloseConnections: true, exposeHeadRoutes: false },
      // An address that is none comes to no hook and no route.
      frameworkErrors: (_, request, reply) => {
        void reply.headers(pageHeaders);
        sayFault(request, reply, { code: 'request_invalid', status: 400, language });
      },
    });
    app.server.maxConnections = maxConnections;
    this.#guard(app);
    this.#files(app);
    pageRoutes(app, { parts: this.#parts, acts: new Acts(this.#parts), language });
    try {
      const address = await app.listen(this.#settings.listen);
      this.#parts.log.info({ address }, 'patient page');
      this.#app = app;
    } catch (error) {
      await app.close();
      this.#parts.log.error({ err: error }, 'the patient page cannot be served');
    }
  }

  async stop(): Promise<void> {
    this.#feed.stop();
    await this.#app?.close();
    this.#app = null;
  }

  #guard(app: FastifyInstance): void {
    const { clock } = this.#parts;
    app.addHook('onRequest', async (request, reply) => {
      void reply.headers(pageHeaders);
      const { method, headers, ip } = request;
      const isAct = method === 'POST';
      if (!isOwnHost(headers.host, this.#settings.names))
        return refuse(
          reply.code(421),
          'not_allowed',
          'The Host header does not name this gateway.',
        );
      if (!isAct && method !== 'GET')
        return refuse(reply.code(405).header('allow', 'GET, POST'), 'request_invalid');
      if (isAct && !isOwnForm(headers))
        return refuse(reply.code(403), 'not_allowed', 'Another site may not send this.');
      const throttle = isAct ? this.#acts : this.#looks;
      if (!throttle.allows(ip, clock.monotonicMs())) {
        void reply.header('retry-after', 60);
        throw new CodedError('overloaded');
      }
      return undefined;
    });
  }

  #files(app: FastifyInstance): void {
    app.get('/page.css', (_, reply) => reply.type('text/css; charset=utf-8').send(pageCss));
    const script = 'text/javascript; charset=utf-8';
    app.get('/live.js', (_, reply) => reply.type(script).send(liveJs));
    app.get('/keys.js', (_, reply) => reply.type(script).send(keysJs));
    app.get('/changes', (_, reply) => {
      if (this.#feed.isFull) return refuse(reply.code(503), 'overloaded');
      reply.hijack();
      reply.raw.writeHead(200, { ...pageHeaders, 'content-type': 'text/event-stream' });
      this.#feed.join(reply.raw);
      return reply;
    });
  }
}

/** Refuses before anything is looked up: no page, since whoever asks is not known to be one of ours. */
function refuse(reply: FastifyReply, code: ErrorCode, detail?: string): FastifyReply {
  const { message } = new CodedError(code, detail);
  return reply.header('hemma-code', code).type('text/plain; charset=utf-8').send(message);
}
