import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Language } from '@hemma/protocols/plans/text.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import { Acts } from './acts.js';
import { liveJs, pageCss } from './assets.js';
import { Feed } from './feed.js';
import { isOwnForm, isOwnHost, pageHeaders, Throttle } from './guard.js';
import type { PageParts } from './parts.js';
import { pageRoutes } from './routes.js';

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
    const app = fastify({
      ...{ bodyLimit: maxBodyOctets, requestTimeout: requestTimeoutMs },
      ...{ forceCloseConnections: true, exposeHeadRoutes: false },
    });
    app.server.maxConnections = maxConnections;
    this.#guard(app);
    this.#files(app);
    const { language } = this.#settings;
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
      const isAct = request.method === 'POST';
      const throttle = isAct ? this.#acts : this.#looks;
      if (!isOwnHost(request.headers.host, this.#settings.names))
        return reply.code(421).send('The Host header does not name this gateway.');
      if (isAct && !isOwnForm(request.headers))
        return reply.code(403).send('Another site may not send this.');
      if (!throttle.allows(clock.monotonicMs()))
        return reply.code(429).header('retry-after', 60).send('Too many requests.');
      return undefined;
    });
  }

  #files(app: FastifyInstance): void {
    app.get('/page.css', (_, reply) => reply.type('text/css; charset=utf-8').send(pageCss));
    app.get('/live.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(liveJs));
    app.get('/changes', (_, reply) => {
      if (this.#feed.isFull) return reply.code(503).send('Too many screens.');
      reply.hijack();
      reply.raw.writeHead(200, { ...pageHeaders, 'content-type': 'text/event-stream' });
      this.#feed.join(reply.raw);
      return reply;
    });
  }
}
