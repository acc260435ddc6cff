import { z } from 'zod';
import { logLevels } from '@hemma/runtime/log.js';
import { organisationSchema } from './plans/guard.js';
import { cloudUser } from './fleet/fleet.js';

/** The one manifest of settings: type, default, check and help of each. */

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

/** Until there is sign-in, nothing of the cloud can be reached from another machine. */
const loopbackHost = z.string().refine((host) => loopback.has(host), {
  message:
    'Only 127.0.0.1, ::1 or localhost: there is no sign-in yet, so other machines must not reach it.',
});
const port = z.int().min(0).max(65_535);
/** A region of 200 gateways that comes back sends a window of eight each; 64 KiB at most, so 128 MiB. */
const waitingEnvelopes = 2_000;
const hostHelp = 'Loopback address or name, until there is sign-in.';
const portHelp = 'TCP port; 0 takes any that is free.';

/** The scheme of a URL, without which nothing else of it is looked at. */
function isUrl(text: string, schemes: readonly string[]): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol);
}

const embeddedListen = z
  .strictObject({
    host: loopbackHost.default('127.0.0.1').describe(hostHelp),
    port: port.default(1883).describe(portHelp),
  })
  .prefault({});

export const settingsSchema = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .describe('Folder of the SQLite file; relative to the working directory.'),
  database: z
    .string()
    .refine((text) => text === 'sqlite' || isUrl(text, ['postgres:', 'postgresql:']), {
      message: '"sqlite" or the URL of a PostgreSQL database (postgres://…).',
    })
    .default('sqlite')
    .describe('"sqlite", or postgres://user:password@host/name.'),
  broker: z
    .string()
    .refine((text) => text === 'embedded' || isUrl(text, ['mqtt:', 'mqtts:']), {
      message: '"embedded" or the URL of an MQTT 5 broker (mqtt://… or mqtts://…).',
    })
    .default('embedded')
    .describe('"embedded" for the broker in this process, or mqtt://host:port of another.'),
  brokerListen: embeddedListen.describe('Where the embedded broker listens.'),
  brokerLogin: z
    .strictObject({
      username: z.string().min(1).default(cloudUser).describe('As the broker knows the cloud.'),
      password: z.string().min(1).describe('Its password.'),
    })
    .optional()
    .describe('Name and password of the cloud at an external broker.'),
  trends: z
    .string()
    .refine((text) => text === 'sql' || isInflux(text), {
      message: '"sql" or the URL of an InfluxDB 1.x database (http://host:8086/name).',
    })
    .default('sql')
    .describe('"sql", or http://user:password@host:8086/name of an InfluxDB 1.x database.'),
  http: z
    .strictObject({
      host: loopbackHost.default('127.0.0.1').describe(hostHelp),
      port: port.default(8080).describe(portHelp),
    })
    .prefault({})
    .describe('Where pages and API are served.'),
  pagesDir: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the built pages; those of this checkout when left out.'),
  ingest: z
    .strictObject({
      envelopes: z.int().min(1).max(10_000).default(waitingEnvelopes).describe('Of all gateways.'),
      perGateway: z.int().min(1).max(1_000).default(16).describe('Of one gateway.'),
    })
    .prefault({})
    .describe('Envelopes that may wait: of all gateways, and of one. Over it they are put off.'),
  notify: z
    .strictObject({
      link: z
        .url()
        .default('http://127.0.0.1:8080/')
        .describe('Address of the worklist, as those who are told reach it.'),
      smtp: z
        .string()
        .refine((text) => isUrl(text, ['smtp:', 'smtps:']), {
          message: 'The URL of a mail server (smtp://user:password@host:port or smtps://…).',
        })
        .optional()
        .describe('smtp://user:password@host:port; no e-mail without it.'),
      from: z.email().default('hemma@localhost.localdomain').describe('Sender of e-mail.'),
      webhookSecret: z
        .string()
        .min(16)
        .optional()
        .describe('Signs what is sent to webhooks; no webhooks without it.'),
      webhookCa: z
        .string()
        .min(1)
        .optional()
        .describe(
          'File with certificates (PEM) that webhooks are trusted by, beside the public ones.',
        ),
      innerHosts: z
        .array(z.string().min(1))
        .max(50)
        .default([])
        .describe('Hosts on the inner network that webhooks may reach, also without TLS.'),
    })
    .prefault({})
    .describe('How staff are told that something waits for them.'),
  tenant: organisationSchema
    .prefault({ languages: ['sv', 'en'] })
    .describe('What the organisation has licensed and confirmed, for plans that it publishes.'),
  logLevel: z.enum(logLevels).default('info').describe('What is logged, on standard error.'),
});

export type Settings = z.output<typeof settingsSchema>;

function isInflux(text: string): boolean {
  return isUrl(text, ['http:', 'https:']) && new URL(text).pathname.length > 1;
}
