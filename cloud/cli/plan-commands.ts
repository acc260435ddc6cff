import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { exitCode } from './context.js';
import { addEpisodeCommands } from './episode.js';
import { planCheck, planTry, planTryLines } from './plan.js';
import type { CommandResult } from './plan.js';
import { type Common, addStartCommands } from './prescribe.js';

interface CheckOptions {
  readonly tenant?: string;
  readonly parameters?: string;
  readonly json?: boolean;
}

/** `hemma-cloud plan …`: plans as data, and as what patients follow. */
export function addPlanCommands(program: Command, common: Common): void {
  const plan = program
    .command('plan')
    .description('monitoring plans: check and try them, start them for patients');
  addContentCommands(plan);
  addStartCommands(plan, common);
  addEpisodeCommands(plan, common);
}

/** `hemma-cloud plan check | try`: no settings and no store, only the content. */
function addContentCommands(plan: Command): void {
  plan
    .command('check <file>')
    .description('say everything that is wrong with a plan file; exit code 1 when something is')
    .option('--tenant <file>', 'what the organisation has licensed and confirmed (JSON)')
    .option('--parameters <json>', 'settings of a patient, for the start guard')
    .option('--json', 'print JSON')
    .action((file: string, options: CheckOptions) => finish(() => check(file, options)));
  plan
    .command('try [file]')
    .description('what the rules of a plan make of given readings: the clinician’s dry run')
    .option('--jsonl', 'read one case a line from standard input, answer one line each')
    .action(async (file: string | undefined, options: { jsonl?: boolean }, command: Command) => {
      if ((file === undefined) !== (options.jsonl === true))
        command.error('error: give either a file or --jsonl');
      if (file === undefined) process.exitCode = await tryLines();
      else finish(() => planTry(readFileSync(file, 'utf8'), loadContent(contentDir())));
    });
}

function check(file: string, { tenant, parameters, json }: CheckOptions): CommandResult {
  return planCheck(readFileSync(file, 'utf8'), {
    content: loadContent(contentDir()),
    ...(tenant === undefined ? {} : { tenant: readFileSync(tenant, 'utf8') }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(json === undefined ? {} : { json }),
  });
}

/** A file that cannot be read is wrong use, like an option that does not exist. */
function finish(command: () => CommandResult): void {
  try {
    const result = command();
    for (const line of result.lines) process.stdout.write(`${line}\n`);
    process.exitCode = result.exitCode;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCode.wrongUse;
  }
}

function tryLines(): Promise<number> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  return planTryLines(lines, loadContent(contentDir()), async (line) => {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  });
}
