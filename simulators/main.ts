import { Command, InvalidArgumentError } from 'commander';
import { runDemo } from './demo/demo.js';
import { deviceCommand } from './device-command.js';

/** `hemma-sim`: the system with simulated homes. Exit code 0 done, 1 failed, 2 wrong use. */

// The demo keeps secrets of its gateways in files.
process.umask(0o077);

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is needed.`);
    return value;
  };
}

const program = new Command('hemma-sim')
  .description('Simulated homes with virtual devices under the real radio and serial libraries.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('demo')
  .description('the cloud and four simulated homes on this computer; Ctrl-C ends everything')
  .option('--seed <number>', 'plays the same patients again', wholeNumber(0, 2 ** 31 - 1))
  .option('--days <number>', 'days of history to load', wholeNumber(1, 180), 60)
  .option(
    '--port <number>',
    'port of the page (the next free one if taken)',
    wholeNumber(1, 65_535),
    8080,
  )
  .option('--data <folder>', 'where everything is kept; emptied at every start', 'data/demo')
  .option(
    '--trends <store>',
    'sql, or the address of an InfluxDB: http://host:8086/database',
    'sql',
  )
  .action(
    async (options: {
      seed?: number;
      days: number;
      port: number;
      data: string;
      trends: string;
    }) => {
      // Virtual devices may still be waiting for something: nothing of it matters any more.
      process.exit(await runDemo(options));
    },
  );

program.addCommand(deviceCommand().copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
