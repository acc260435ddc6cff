import type { Clock } from '@hemma/runtime/clock.js';
import { Lifecycle } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely } from 'kysely';
import { LiveFeed } from './api/live.js';
import { ApiServer } from './api/server.js';
import { PlanLibrary } from './authoring/library.js';
import { AedesBroker } from './broker/aedes.js';
import type { Broker, BrokerListener } from './broker/broker.js';
import { ExternalBroker } from './broker/external.js';
import { loadCatalogue } from './catalogue.js';
import { CommandSender } from './commands/sender.js';
import { Prompts } from './commands/wanted.js';
import { openDatabase } from './database/database.js';
import type { Database } from './database/database.js';
import type { Tables } from './database/schema.js';
import { Fleet } from './fleet/fleet.js';
import { contentDir, defaultPagesDir } from './folders.js';
import { Following } from './follow.js';
import { FormsOfPatients } from './forms/forms.js';
import { HomeAnswers } from './forms/home-answers.js';
import { Ingest } from './ingest/ingest.js';
import { SqlJournal } from './journal/sql-journal.js';
import { readCertificates } from './notify/certificates.js';
import { EmailChannel } from './notify/email.js';
import { LogChannel } from './notify/log-channel.js';
import type { Channels } from './notify/sender.js';
import { WebhookChannel } from './notify/webhook.js';
import { loadContent } from './plans/content.js';
import { RulesFollower } from './rules/follower.js';
import type { Settings } from './settings.js';
import { Staff } from './staff/staff.js';
import { TrendsFollower } from './trends/follower.js';
import { InfluxTrends } from './trends/influx.js';
import { SqlTrends } from './trends/sql.js';
import type { Trends } from './trends/trends.js';
import { createUpkeep } from './upkeep.js';
import { PlanPromises } from './worklist/due.js';
import { Worklist } from './worklist/worklist.js';

export interface CloudParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

/** The whole cloud, ready to start. */
export interface Cloud {
  readonly database: Database;
  /** Port of the embedded broker; null when the broker is another process. */
  readonly brokerPort: number | null;
  /** Port of pages and API; null while they are not served. */
  readonly httpPort: number | null;
  readonly followers: readonly Following[];
  start(): Promise<void>;
  /** Stops everything and closes the database. */
  stop(): Promise<void>;
}

/**
 * Builds the cloud: broker → ingest → journal → followers (trends; rules → worklist).
 * Throws when the database cannot be opened or the clinical content does not fit its schema.
 */
export async function createCloud({ settings, clock, log }: CloudParts): Promise<Cloud> {
  const library = new PlanLibrary(loadContent(contentDir()));
  const { content, planOf } = library;
  const catalogue = loadCatalogue(contentDir());
  const database = await openDatabase(settings);
  const { db } = database;
  await mustKnowContent(library, database);

  const journal = new SqlJournal(database);
  const fleet = new Fleet(db);
  const broker = createBroker(settings, fleet, log, {
    heard: (gateway, channel, payload) => {
      if (channel === 'measurements') ingest.hearMeasurements(gateway, payload);
      else ingest.hearStatus(gateway, payload);
    },
    refused: (gateway, code) => ingest.hearRefused(gateway, code),
  });
  const ingest = new Ingest({
    ...{ journal, fleet, db, clock, log },
    limits: settings.ingest,
    send: (topic, payload) => broker.publish(topic, payload),
  });

  const trends = createTrends(settings.trends, db);
  const worklist = new Worklist(db, new PlanPromises(planOf));
  const live = new LiveFeed(clock);
  const prompts = new Prompts(clock);
  const commands = new CommandSender({
    ...{ prompts, db, clock, log },
    send: (topic, payload) => broker.publish(topic, payload, true),
  });
  const changed = (patients: readonly string[]): void => {
    live.touch(patients);
    commands.kick();
  };
  const followers = [
    new TrendsFollower({ trends, db, log, changed }),
    new RulesFollower({
      ...{ content, planOf, catalogue, clock, tasks: worklist, prompts, changed },
      refresh: (trx) => library.refresh(trx),
    }),
  ].map((follower) => new Following({ follower, journal, db, clock, log, foremost: ingest }));

  const forms = new FormsOfPatients({ db, content, planOf, clock });
  const answers = new HomeAnswers({ db, forms, planOf, clock, log });
  const api = new ApiServer(
    {
      ...{ db, journal, trends, worklist, fleet, followers, live, clock, log },
      ...{ content, library, planOf, catalogue, staff: new Staff(db), tenant: settings.tenant },
      forms,
    },
    { listen: settings.http, pagesDir: settings.pagesDir ?? defaultPagesDir() },
  );

  const channels = createChannels(settings.notify, clock, log);
  const { link } = settings.notify;
  const upkeep = createUpkeep({
    ...{ db, clock, log, live, channels, link },
    ...{ planOf, content, catalogue, prompts },
  });

  // In this order, so that nothing comes in before everything behind it runs.
  const lifecycle = new Lifecycle(
    [...followers, answers, api, ingest, broker, commands, ...upkeep],
    log,
  );
  return {
    ...{ database, followers },
    get httpPort() {
      return api.port;
    },
    get brokerPort() {
      return broker instanceof AedesBroker ? broker.port : null;
    },
    start: async () => {
      mustKnowTime(clock);
      if (settings.broker === 'embedded') await fleet.nobodyIsConnected();
      await lifecycle.start();
    },
    stop: async () => {
      await lifecycle.stop();
      await database.close();
    },
  };
}

/** Fails at the start, and not when a patient is judged, for what this program cannot read any more. */
async function mustKnowContent(library: PlanLibrary, database: Database): Promise<void> {
  try {
    await library.refresh(database.db);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** When this program was written; no clock that is right says less. */
const earliestNow = Date.UTC(2026, 0, 1);

/** With a clock that lags by years, every measurement would be refused as one of the future. */
function mustKnowTime(clock: Clock): void {
  if (clock.wall().ms < earliestNow)
    throw new Error('The clock of this machine is years behind: set it before starting.');
}

function createBroker(
  settings: Settings,
  fleet: Fleet,
  log: Log,
  listener: BrokerListener,
): Broker {
  if (settings.broker === 'embedded')
    return new AedesBroker({
      listen: settings.brokerListen,
      isGateway: (id, secret) => fleet.isGateway(id, secret),
      ...{ listener, log },
    });
  const login = settings.brokerLogin ?? null;
  return new ExternalBroker({ url: settings.broker, ...{ login, listener, log } });
}

function createChannels(settings: Settings['notify'], clock: Clock, log: Log): Channels {
  const { smtp, from, webhookSecret: secret, webhookCa, innerHosts } = settings;
  const ca = webhookCa === undefined ? undefined : [readCertificates(webhookCa)];
  return {
    log: new LogChannel(log),
    ...(smtp === undefined ? {} : { email: new EmailChannel({ smtp, from }) }),
    ...(secret === undefined
      ? {}
      : {
          webhook: new WebhookChannel({ secret, innerHosts, ca }, clock),
        }),
  };
}

/** `sql`, or the URL of an InfluxDB database: `http://user:password@host:port/name`. */
export function createTrends(setting: string, db: Kysely<Tables>): Trends {
  if (setting === 'sql') return new SqlTrends(db);
  const { origin, pathname, username, password } = new URL(setting);
  return new InfluxTrends({
    url: origin,
    database: decodeURIComponent(pathname.slice(1)),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
  });
}
