import { once } from 'node:events';
import type { Command } from 'commander';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import type { Content } from '../plans/content.js';
import { Refused } from '../plans/refused.js';
import { defaultSettingsFile, exitCode, inWords } from './context.js';
import { addEpisodeCommands } from './episode.js';
import { readText } from './files.js';
import { linesOf } from './lines.js';
import { MAX_LINE_CHARS, planCheck, planTry, planTryLines } from './plan.js';
import type { CommandResult } from './plan.js';
import { readPlan, withPlan } from './plan-source.js';
import { type Common, addStartCommands } from './prescribe.js';

const settingsHelp = 'settings file, for a plan of the store';

interface TryOptions {
  readonly jsonl?: boolean;
  readonly plan?: string;
  readonly settings: string;
}

interface CheckOptions {
  readonly tenant?: string;
  readonly parameters?: string;
  readonly settings: string;
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

/** `hemma-cloud plan check | try`: without a store, unless it is asked for a plan that is in one. */
function addContentCommands(plan: Command): void {
  plan
    .command('check <plan>')
    .description(
      'say everything that is wrong with a plan: a file, or id@version of the store, its newest draft; exit code 1 when something is',
    )
    .option('--tenant <file>', 'what the organisation has licensed and confirmed (JSON)')
    .option('--parameters <json>', 'settings of a patient, for the start guard')
    .option('--settings <file>', settingsHelp, defaultSettingsFile)
    .option('--json', 'print JSON')
    .action((given: string, options: CheckOptions) => finish(() => check(given, options)));
  plan
    .command('try [file]')
    .description('what the rules of a plan make of given readings: the clinician’s dry run')
    .option('--jsonl', 'read one case a line from standard input, answer one line each')
    .option('--plan <plan>', 'with this plan: a file, or id@version of the store, its newest draft')
    .option('--settings <file>', settingsHelp, defaultSettingsFile)
    .action(async (file: string | undefined, options: TryOptions, command: Command) => {
      if ((file === undefined) !== (options.jsonl === true))
        command.error('error: give either a file or --jsonl');
      await finish(async () => {
        const content = await contentFor(options);
        if (file === undefined) return { lines: [], exitCode: await tryLines(content) };
        return planTry(readText(file), content);
      });
    });
}

async function contentFor({ plan, settings }: TryOptions): Promise<Content> {
  return plan === undefined ? loadContent(contentDir()) : withPlan(await readPlan(plan, settings));
}

async function check(
  given: string,
  { tenant, parameters, settings, json }: CheckOptions,
): Promise<CommandResult> {
  const { text, content } = await readPlan(given, settings);
  return planCheck(text, {
    content,
    ...(tenant === undefined ? {} : { tenant: readText(tenant) }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(json === undefined ? {} : { json }),
  });
}

/** A file that cannot be read is wrong use, like an option that does not exist. */
async function finish(command: () => Promise<CommandResult>): Promise<void> {
  try {
    const result = await command();
    for (const line of result.lines) process.stdout.write(`${line}\n`);
    process.exitCode = result.exitCode;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`${inWords(error)}\n`);
    process.exitCode = error instanceof Refused ? exitCode.failed : exitCode.wrongUse;
  }
}

function tryLines(content: Content): Promise<0 | 1> {
  const lines = linesOf(process.stdin.setEncoding('utf8'), MAX_LINE_CHARS);
  return planTryLines(lines, content, async (line) => {
    if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
  });
}
