import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { ApiContext } from './context.js';
import { answerBroken, answerEarly, handleErrors } from './errors.js';
import { guard } from './guard.js';
import { servePages } from './pages.js';
import { contentRoutes } from './routes/content.js';
import { deviceRoutes } from './routes/devices.js';
import { effectRoutes } from './routes/effects.js';
import { findingRoutes } from './routes/findings.js';
import { formRoutes } from './routes/forms.js';
import { gatewayRoutes } from './routes/gateways.js';
import { liveRoutes } from './routes/live.js';
import { messageRoutes } from './routes/messages.js';
import { patientRoutes } from './routes/patients.js';
import { prescribingRoutes } from './routes/prescribing.js';
import { programmeRoutes } from './routes/programmes.js';
import { reminderRoutes } from './routes/reminders.js';
import { readingOwnerRoutes } from './routes/reading-owner.js';
import { refusedRoutes } from './routes/refused.js';
import { staffRoutes } from './routes/staff.js';
import { statusRoutes } from './routes/status.js';
import { taskRoutes } from './routes/tasks.js';
import { trendRoutes } from './routes/trends.js';
import { unitRoutes } from './routes/units.js';

export interface ApiSettings {
  /** A loopback address: there is no sign-in. Port 0 takes any free one. */
  readonly listen: { readonly host: string; readonly port: number };
  /** Folder of the built pages. */
  readonly pagesDir: string;
}

/** The largest request is a plan that begins, with its settings and reasons. */
const maxBodyOctets = 16_384;
/** Head and body of a request take no longer, even on a loaded machine. */
const requestTimeoutMs = 10_000;

const routes = [
  patientRoutes,
  trendRoutes,
  findingRoutes,
  taskRoutes,
  formRoutes,
  messageRoutes,
  reminderRoutes,
  staffRoutes,
  unitRoutes,
  deviceRoutes,
  gatewayRoutes,
  prescribingRoutes,
  programmeRoutes,
  contentRoutes,
  effectRoutes,
  readingOwnerRoutes,
  statusRoutes,
  refusedRoutes,
  liveRoutes,
];

/** Pages and API over HTTP: the contract is `protocols/api/clinic.ts`. */
export class ApiServer implements Part {
  readonly name = 'api';
  readonly #context: ApiContext;
  readonly #settings: ApiSettings;
  #app: FastifyInstance | null = null;
  #silence: () => void = () => undefined;

  constructor(context: ApiContext, settings: ApiSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  /** The port it listens on; null while it does not. */
  get port(): number | null {
    // A TCP server has no other kind of address.
    const address = this.#app?.server.address() as AddressInfo | null | undefined;
    return address?.port ?? null;
  }

  async start(): Promise<void> {
    const app = fastify({
      bodyLimit: maxBodyOctets,
      requestTimeout: requestTimeoutMs,
      // Feeds of changes never end by themselves.
      forceCloseConnections: true,
      // A HEAD of the feed would be a feed that says nothing.
      exposeHeadRoutes: false,
      clientErrorHandler: answerBroken,
      frameworkErrors: (error, _request, reply) => answerEarly(error, reply),
    });
    handleErrors(app, this.#context.log);
    guard(app);
    // Another process may have released something; rare, and a count of steps when it has not.
    app.addHook('preHandler', async ({ routeOptions }) => {
      const { library, db } = this.#context;
      if (routeOptions.url?.startsWith('/api/') === true) await library.refresh(db);
    });
    for (const route of routes) route(app, this.#context);
    await servePages(app, this.#settings.pagesDir);
    await app.listen(this.#settings.listen);
    this.#app = app;
    this.#silence = this.#context.journal.onAppended(() => this.#context.live.touch([]));
  }

  async stop(): Promise<void> {
    this.#silence();
    this.#context.live.stop();
    await this.#app?.close();
    this.#app = null;
  }
}
