import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { SettingsError } from '@hemma/runtime/config.js';
import { bondsCommand, forgetCommand, pairCommand } from './cli/bond-commands.js';
import { decodeCommand } from './cli/decode-command.js';
import { devicesCommand } from './cli/devices-command.js';
import { doctorCommand } from './cli/doctor-command.js';
import { exportCommand, statusCommand } from './cli/outbox-commands.js';
import { runCommand } from './cli/run-command.js';
import { scanCommand } from './cli/scan-command.js';
import { traceCommand } from './cli/trace-command.js';

/** `hemma-gateway`. Exit codes: 0 done, 1 failed, 2 wrong use. */

// Measurements and secrets are nobody else's on this machine.
process.umask(0o077);
// Whoever reads our output may stop reading: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const program = new Command('hemma-gateway')
  .description('Reads medical devices at home and hands every measurement to the cloud, once.')
  .version(version)
  .showHelpAfterError('(add --help for what can be said)');

const commands = [
  runCommand(version),
  devicesCommand(),
  scanCommand(),
  pairCommand(),
  bondsCommand(),
  forgetCommand(),
  decodeCommand(),
  statusCommand(),
  doctorCommand(),
  exportCommand(),
  traceCommand(version),
];
for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
