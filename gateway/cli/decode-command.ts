import { Command } from 'commander';
import { nearest } from '@hemma/runtime/config.js';
import { decodeLines, decodeValue, decoders, isKnown, printDecoded } from './decode.js';

/** `hemma-gateway decode <name> <hex>` and `hemma-gateway decode --jsonl`. */
export function decodeCommand(): Command {
  return new Command('decode')
    .description('tell what octets mean, or why they mean nothing')
    .argument('[name]', 'what they are, e.g. blood-pressure-measurement (--list shows all)')
    .argument('[hex]', 'the octets in hexadecimal, as they come over the air or the line')
    .option('--jsonl', 'read lines {"name","hex"} and answer one line each')
    .option('--list', 'list every name')
    .option('--json', 'accepted for uniformity: the answer is JSON in any case')
    .action(
      async (name: string | undefined, hex: string | undefined, options: Options, command) => {
        if (options.list === true) print(Object.keys(decoders).sort().join('\n'));
        else if (options.jsonl === true) await decodeLines(process.stdin, process.stdout);
        else if (name === undefined || hex === undefined)
          (command as Command).error('error: a name and octets are needed, or --jsonl');
        else decodeOne(name, hex, command as Command);
      },
    );
}

interface Options {
  readonly jsonl?: boolean;
  readonly list?: boolean;
}

function decodeOne(name: string, hex: string, command: Command): void {
  if (!isKnown(name)) {
    const near = nearest(name, Object.keys(decoders));
    const hint = near === null ? '' : `; did you mean "${near}"?`;
    command.error(`error: nothing is called "${name}"${hint} (--list shows all names)`);
  }
  const decoded = decodeValue(name, hex);
  print(printDecoded(decoded));
  if (!decoded.ok) process.exitCode = 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
