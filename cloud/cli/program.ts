import { Command } from 'commander';
import { defaultSettingsFile, exitCode } from './context.js';
import { addGatewayCommands } from './gateway.js';
import { addPatientCommands } from './patient.js';
import { addRebuildCommand } from './rebuild.js';
import { addRefusedCommands } from './refused.js';
import { addRunCommand } from './run.js';

/** The command line of the cloud: `hemma-cloud`. */
export function createProgram(): Command {
  const program = new Command('hemma-cloud')
    .description(
      'The cloud of Hemma: journal, trends, findings and pages. Not an emergency service.',
    )
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what can be said)')
    .exitOverride((error) => {
      // Help that was asked for is no mistake.
      process.exit(error.exitCode === 0 ? 0 : exitCode.wrongUse);
    });
  for (const add of [
    addRunCommand,
    addPatientCommands,
    addGatewayCommands,
    addRefusedCommands,
    addRebuildCommand,
  ])
    add(program, withCommonOptions);
  return program;
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--settings <file>', 'settings file (JSON)', defaultSettingsFile)
    .option('--json', 'print JSON');
}
