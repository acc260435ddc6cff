import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { listMalformed, listRefused } from '../journal/custody.js';
import { table } from '@hemma/runtime/table.js';
import { moment, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

interface ListOptions extends CommonOptions {
  readonly gateway?: string;
  readonly limit: number;
}

/** What a person reads at a time. */
const defaultLimit = 50;
/** Every row has its text; more than this is for a tool, not for a screen. */
const maxLimit = 10_000;

/** `hemma-cloud refused list` */
export function addRefusedCommands(program: Command, common: (command: Command) => Command): void {
  const refused = program.command('refused').description('what was refused, with code and text');
  common(refused.command('list'))
    .description('newest refused measurements, and envelopes that were no use as a whole')
    .option('--gateway <id>', 'of this gateway only')
    .option('--limit <n>', `at most this many, up to ${maxLimit}`, toLimit, defaultLimit)
    .action((options: ListOptions) => withStore(options, (context) => list(context, options)));
}

async function list({ database }: CommandContext, options: ListOptions): Promise<Result> {
  const rows = await listRefused(database.db, options.limit, options.gateway ?? null);
  const malformed = (await listMalformed(database.db, options.limit)).filter(
    ({ gateway }) => options.gateway === undefined || options.gateway === gateway,
  );
  const rowLines = rows.map((row) => [
    moment(row.at),
    row.gateway,
    String(row.seq),
    row.code,
    row.text ?? '(text not kept)',
  ]);
  const wholeLines = malformed.map((one) => [
    moment(one.lastAt),
    one.gateway,
    `${one.count} times`,
    one.code,
    one.sample,
  ]);
  const lines = table(['when', 'gateway', 'row', 'code', 'text'], [...wholeLines, ...rowLines]);
  return { value: { rows, malformed }, lines };
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${maxLimit}.`);
}
