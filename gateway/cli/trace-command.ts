import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import { loadSettings } from '@hemma/runtime/config.js';
import { settingsSchema, traceDefaults } from '../settings.js';
import type { Settings } from '../settings.js';
import { runGateway } from './run-command.js';
import { settingsOption } from './settings-option.js';
import { importCapture, printImport } from './trace-import.js';
import { printReport, reportAsJson } from './trace-print.js';
import { reportOf } from './trace-sample.js';

/** `hemma-gateway trace`: everything that a device says, recorded, imported, looked at. */
export function traceCommand(version: string): Command {
  const command = new Command('trace').description('record what devices say, or look at a record');
  command.addCommand(recordCommand(version), { isDefault: true });
  command.addCommand(importCommand()).addCommand(sampleCommand());
  for (const child of command.commands)
    child.exitOverride().showHelpAfterError('(add --help for what can be said)');
  return command;
}

function recordCommand(version: string): Command {
  return new Command('record')
    .description('run the gateway, and record everything its devices say')
    .addOption(settingsOption())
    .option(
      '--folder <folder>',
      'where to; default: the setting trace, or traces in the data folder',
    )
    .action(async ({ settings: file, folder }: { settings: string; folder?: string }) => {
      const settings = loadSettings(settingsSchema, file);
      const trace = tracedTo(settings, folder);
      process.stdout.write(
        `Everything that devices say is written to ${trace.folder}: measured values, one file for ` +
          `each connection, at most ${trace.maxFiles} files and ${trace.maxMiB} MiB.\n`,
      );
      await runGateway({ ...settings, trace }, { version, source: file });
    });
}

function tracedTo({ trace, dataDir }: Settings, folder: string | undefined) {
  const set = trace ?? { folder: join(dataDir, 'traces'), ...traceDefaults };
  return { ...set, folder: folder ?? set.folder };
}

function address(text: string): string {
  if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) return text;
  throw new InvalidArgumentError('a Bluetooth address is needed: AA:BB:CC:DD:EE:FF.');
}

function importCommand(): Command {
  return new Command('import')
    .description("make traces of a capture of Bluetooth: a phone's HCI snoop log, btmon -w")
    .argument('<capture>', 'file in btsnoop format')
    .option('--address <address>', 'only this device', address)
    .option('--out <folder>', 'where to', '.')
    .option('--json', 'as JSON')
    .action((capture: string, options: { address?: string; out: string; json?: boolean }) => {
      const summary = named(capture, () => importCapture(capture, options));
      print(options.json === true ? JSON.stringify(summary) : printImport(summary));
      if (summary.traces.length === 0) process.exitCode = 1;
    });
}

function sampleCommand(): Command {
  return new Command('sample')
    .description('tell what the catalogue makes of a trace: device, values, samples to copy')
    .argument('<trace>', 'file of a trace')
    .option('--model <id>', 'as this device, see hemma-gateway devices')
    .option('--json', 'as JSON')
    .action(async (file: string, options: { model?: string; json?: boolean }, command: Command) => {
      const asked = catalogue.find(({ id }) => id === options.model) ?? null;
      if (options.model !== undefined && asked === null)
        command.error(`error: there is no model "${options.model}", see hemma-gateway devices`);
      const { trace, notes } = named(file, () => parseTrace(readFileSync(file, 'utf8')));
      if (asked !== null && asked.transport !== trace.header.transport)
        command.error(
          asked.transport === 'none'
            ? `error: nobody can speak with ${asked.id} yet, see its notes in docs/reference/devices.md`
            : `error: ${asked.id} is a ${asked.transport} device, and the trace is none of one`,
        );
      for (const note of notes) process.stderr.write(`note: ${note}\n`);
      const report = await reportOf(trace, catalogue, asked);
      print(options.json === true ? reportAsJson(report) : printReport(trace, report));
    });
}

/** Says in which file it is what no codec accepts, or which file cannot be read. */
function named<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CodecRefusal)
      throw new CodedError('request_invalid', `${file}: ${error.message}`);
    if (error instanceof Error && 'syscall' in error && 'code' in error)
      throw new CodedError('request_invalid', `${file}: cannot be read, ${String(error.code)}`);
    throw error;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
