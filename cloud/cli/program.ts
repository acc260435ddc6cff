import { Command, CommanderError } from 'commander';
import { addContentCommands } from './content.js';
import { defaultSettingsFile, exitCode } from './context.js';
import { addDeviceCommands } from './device.js';
import { addEffectCommands } from './effects.js';
import { addGatewayCommands } from './gateway.js';
import { addMessageCommands } from './message.js';
import { addPatientCommands } from './patient.js';
import { addPlanCommands } from './plan-commands.js';
import { addProgrammeCommands } from './programme.js';
import { addRebuildCommand } from './rebuild.js';
import { addRefusedCommands } from './refused.js';
import { addReminderCommands } from './reminder.js';
import { addRunCommand } from './run.js';
import { addStaffCommands } from './staff.js';
import { addTaskCommands } from './task.js';
import { addUnitCommands } from './unit.js';

/** The command line of the cloud: `hemma-cloud`. Sets the exit code of the process. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is no mistake; everything else was said by commander already.
    process.exitCode = error.exitCode === 0 ? 0 : exitCode.wrongUse;
  }
}

function createProgram(): Command {
  const program = new Command('hemma-cloud')
    .description(
      'The cloud of Hemma: journal, trends, findings and pages. Not an emergency service.',
    )
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what can be said)')
    .exitOverride();
  for (const add of [
    addRunCommand,
    addUnitCommands,
    addStaffCommands,
    addPatientCommands,
    addGatewayCommands,
    addDeviceCommands,
    addTaskCommands,
    addRefusedCommands,
    addRebuildCommand,
    addPlanCommands,
    addProgrammeCommands,
    addContentCommands,
    addMessageCommands,
    addReminderCommands,
    addEffectCommands,
  ])
    add(program, withCommonOptions);
  return program;
}

function withCommonOptions(command: Command): Command {
  return command
    .option('--settings <file>', 'settings file (JSON)', defaultSettingsFile)
    .option('--json', 'print JSON');
}
