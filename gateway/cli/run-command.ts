import { Command } from 'commander';
import { loadSettings } from '@hemma/runtime/config.js';
import { untilSignal } from '@hemma/runtime/lifecycle.js';
import { createLog } from '@hemma/runtime/log.js';
import { createGateway } from '../app.js';
import { settingsSchema } from '../settings.js';

/** `hemma-gateway run`: reads the devices of a home until it is told to stop. */
export function runCommand(version: string): Command {
  return new Command('run')
    .description('read the devices of this home until stopped')
    .requiredOption('--settings <file>', 'settings file (JSON)')
    .option('--check', 'only check the settings')
    .action(async (options: { settings: string; check?: boolean }) => {
      const settings = loadSettings(settingsSchema, options.settings);
      const log = createLog('gateway', settings.logLevel);
      const gateway = createGateway(settings, { log, version, source: options.settings });
      if (options.check === true) {
        process.stdout.write('The settings are fine.\n');
        return;
      }
      await gateway.start();
      log.info({ gateway: settings.gateway }, 'running');
      const signal = await untilSignal();
      log.info({ signal }, 'stopping');
      await gateway.stop();
    });
}
