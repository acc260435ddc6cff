import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { loadSettings } from '@hemma/runtime/config.js';
import { untilSignal } from '@hemma/runtime/lifecycle.js';
import { createLog } from '@hemma/runtime/log.js';
import { settingsSchema } from '../settings.js';
import { settingsOption } from './settings-option.js';
import type { Settings } from '../settings.js';

/** `hemma-gateway run`: reads the devices of a home until it is told to stop. */
export function runCommand(version: string): Command {
  return new Command('run')
    .description('read the devices of this home until stopped')
    .addOption(settingsOption())
    .option('--check', 'only check the settings')
    .action(async ({ settings: source, check }: { settings: string; check?: boolean }) => {
      await runGateway(loadSettings(settingsSchema, source), { version, source, onlyCheck: check });
    });
}

export interface RunOptions {
  readonly version: string;
  /** Where the settings come from, for messages about them. */
  readonly source: string;
  /** Says that the settings are fine, or throws. */
  readonly onlyCheck?: boolean | undefined;
}

/** Runs a gateway until it is told to stop, then ends the process. */
export async function runGateway(settings: Settings, options: RunOptions): Promise<void> {
  const log = createLog('gateway', settings.logLevel);
  // A process that waits nearly all the time: V8 may trade speed for a sixth of its memory.
  setFlagsFromString('--optimize-for-size');
  // Here, since commands that need no gateway should not wait for all of it to load.
  const { createGateway } = await import('../app.js');
  const gateway = createGateway(settings, { log, ...options });
  if (options.onlyCheck === true) {
    process.stdout.write('The settings are fine.\n');
    return;
  }
  await gateway.start();
  log.info({ gateway: settings.gateway }, 'running');
  const signal = await untilSignal();
  log.info({ signal }, 'stopping');
  await gateway.stop();
  // noble keeps the adapter's socket, and with it the process; one of the two packages for ever.
  process.exit();
}
