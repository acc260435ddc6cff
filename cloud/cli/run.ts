import { loadSettings } from '@hemma/runtime/config.js';
import { untilSignal } from '@hemma/runtime/lifecycle.js';
import { createLog } from '@hemma/runtime/log.js';
import type { Command } from 'commander';
import { createCloud } from '../app.js';
import { settingsSchema } from '../settings.js';
import { cloudClock, printing } from './context.js';
import type { CommonOptions, Result } from './context.js';

/** The longest name of a setting, for the help. */
const maxNameLength = 12;

/** `hemma-cloud run` */
export function addRunCommand(program: Command, common: (command: Command) => Command): void {
  common(program.command('run'))
    .description('run broker, ingest, followers, API and pages until SIGINT or SIGTERM')
    .addHelpText('after', settingsHelp)
    .action((options: CommonOptions) => printing(options, () => run(options)));
}

/** The settings from their one manifest, a line each, with what holds when they are left out. */
function settingsHelp(): string {
  const standard: Readonly<Record<string, unknown>> = settingsSchema.parse({ dataDir: 'data' });
  const lines = Object.entries(settingsSchema.shape).map(([name, { description }]) => {
    const value = name === 'dataDir' ? 'required' : standard[name];
    const otherwise = value === undefined ? '' : ` (${JSON.stringify(value)})`;
    return `  ${name.padEnd(maxNameLength)}  ${description ?? ''}${otherwise}`;
  });
  return ['', 'Settings (JSON):', ...lines].join('\n');
}

async function run(options: CommonOptions): Promise<Result> {
  const settings = loadSettings(settingsSchema, options.settings);
  const log = createLog('hemma-cloud', settings.logLevel);
  const cloud = await createCloud({ settings, clock: cloudClock(), log });
  try {
    await cloud.start();
    log.info(
      { reach: 'loopback', http: settings.http, broker: brokerOf(settings) },
      'started; listening on loopback only, as there is no sign-in yet',
    );
    const signal = await untilSignal();
    log.info({ signal }, 'stopping');
  } finally {
    await cloud.stop();
  }
  return { value: { stopped: true }, lines: ['stopped'] };
}

function brokerOf({ broker, brokerListen }: { broker: string; brokerListen: unknown }): unknown {
  // The address of an external broker, without the login that its URL may hold.
  return broker === 'embedded' ? brokerListen : new URL(broker).host;
}
